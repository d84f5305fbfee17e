"""Shapes of incoming webhooks at the HTTP door."""

from typing import Annotated

from msgspec import Meta

from openplatform.api.shapes import Ask, Reply

HookName = Annotated[str, Meta(min_length=1, max_length=80)]


class NewHook(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the hook's bot is called. ``may_rename``: posts may say whose words they bear (``username``)."""

    name: HookName
    may_rename: bool = False


class HookChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; null stays as it is."""

    name: HookName | None = None
    may_rename: bool | None = None


class HookRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A webhook: ``bot`` is the user by whom it speaks, ``hint`` the beginning of its secret. Times in ms, 0: never."""

    id: int
    name: str
    bot: int
    creator: int
    hint: str
    created_at: int
    may_rename: bool = False
    last_used_at: int = 0


class HookList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The webhooks of a conversation, the oldest first."""

    webhooks: list[HookRow]


class NewHookSecret(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A webhook with its secret inside three addresses, shown this once: as Mattermost, Slack and Rocket.Chat have them."""

    webhook: HookRow
    url: str
    slack_url: str
    rocket_url: str
