"""Incoming webhooks of a conversation, for who manages it. What is posted at one comes in by ``openplatform.hooks``."""

from typing import Any

from openplatform.api.door import Door, plain_request
from openplatform.api.hook_shapes import HookChange, HookList, HookRow, NewHook, NewHookSecret
from openplatform.api.operation import operation
from openplatform.dialects import ids
from openplatform.models import IncomingWebhook
from openplatform.services import incoming
from protocol import errors


class WebhooksView(Door):
    """All of them."""

    @operation("webhooks.list", scope=None, answer=HookList)
    def get(self, *, conversation: int) -> HookList:
        """The webhooks in use, without their secrets."""
        found = incoming.list_of(actor=self.actor, conversation=conversation)
        return HookList(webhooks=[_row(each) for each in found])

    @operation("webhooks.create", scope=None, body=NewHook, answer=NewHookSecret, status=201, fails=(409,))
    def post(self, *, conversation: int, body: NewHook) -> NewHookSecret:
        """An address at which a program may speak here. Owner and admins of a group. The secret is shown this once."""
        raw, hook = incoming.create(
            actor=self.actor, conversation=conversation, name=body.name, may_rename=body.may_rename
        )
        return shown(self, raw, hook)


class WebhookView(Door):
    """One of them."""

    @operation("webhooks.change", scope=None, body=HookChange, answer=HookRow, fails=(404,))
    def patch(self, *, conversation: int, hook: int, body: HookChange) -> HookRow:
        """Another name, or whether posts may say whose words they bear."""
        if body.name is None and body.may_rename is None:
            raise errors.BadRequest("Say what shall be different.")
        changed = incoming.change(
            actor=self.actor, conversation=conversation, hook=hook, name=body.name, may_rename=body.may_rename
        )
        return _row(changed)

    @operation("webhooks.revoke", scope=None, fails=(404,))
    def delete(self, *, conversation: int, hook: int) -> None:
        """End it at once. What it said stays."""
        incoming.revoke(actor=self.actor, conversation=conversation, hook=hook)


class WebhookSecretView(Door):
    """Its secret."""

    @operation("webhooks.renew", scope=None, answer=NewHookSecret, status=201, fails=(404,))
    def post(self, *, conversation: int, hook: int) -> NewHookSecret:
        """Another secret, shown this once; the one before is dead at once."""
        raw, found = incoming.renew(actor=self.actor, conversation=conversation, hook=hook)
        return shown(self, raw, found)


def shown(view: Door, raw: str, hook: IncomingWebhook) -> NewHookSecret:
    """The secret in the three addresses under which senders of other products look for it."""
    absolute = plain_request(view.request).build_absolute_uri
    team, number = ids.spell("T", 1), ids.spell("B", hook.pk)
    return NewHookSecret(
        webhook=_row(hook),
        url=absolute(f"/hooks/{raw}"),
        slack_url=absolute(f"/services/{team}/{number}/{raw}"),
        rocket_url=absolute(f"/hooks/{number}/{raw}"),
    )


def _row(hook: IncomingWebhook) -> HookRow:
    facts: dict[str, Any] = {name: getattr(hook, name) for name in ("name", "hint", "may_rename")}
    return HookRow(
        id=hook.pk,
        bot=hook.bot_id,
        creator=hook.creator_id,
        created_at=int(hook.created_at.timestamp() * 1000),
        last_used_at=int(hook.last_used_at.timestamp() * 1000) if hook.last_used_at else 0,
        **facts,
    )
