"""Conversations: the inbox as a list, one conversation, a new group, a direct conversation, its settings."""

import msgspec

from accounts.actor import Actor
from chat import selectors
from chat.services import conversations
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import ConversationChange, DirectWith, InboxQuery, NewGroup
from protocol import errors
from protocol.replies import ConversationPage, InboxPage


class ConversationsView(Door):
    """All conversations of the actor."""

    @operation("conversations.list", scope="conversations:read", query=InboxQuery, answer=InboxPage)
    def get(self, *, query: InboxQuery) -> InboxPage:
        """Your inbox: conversations as you see them now, the newest first, with unread counts."""
        found = selectors.list_inbox(self.actor.user, {}, query.cursor, deltas=False)
        return InboxPage(id=0, states=found.states, next=found.next)

    @operation(
        "conversations.create",
        scope="conversations:write",
        body=NewGroup,
        answer=ConversationPage,
        status=201,
        key="kept",
        fails=(404,),
    )
    def post(self, *, body: NewGroup) -> ConversationPage:
        """Make a group; you become its owner."""
        made = conversations.create_group(
            actor=self.actor,
            title=body.title,
            members=body.members,
            description=body.description,
            post_policy=body.post_policy,
        )
        return _page(self.actor, made.pk)


class DirectView(Door):
    """The direct conversation with somebody."""

    @operation(
        "conversations.direct",
        scope="conversations:write",
        body=DirectWith,
        answer=ConversationPage,
        key="kept",
        fails=(404,),
    )
    def post(self, *, body: DirectWith) -> ConversationPage:
        """The direct conversation with ``user``, made if there is none."""
        return _page(self.actor, conversations.open_direct(actor=self.actor, user=body.user).pk)


class ConversationView(Door):
    """One conversation."""

    @operation("conversations.get", scope="conversations:read", answer=ConversationPage)
    def get(self, *, conversation: int) -> ConversationPage:
        """One conversation as you see it."""
        return _page(self.actor, conversation)

    @operation(
        "conversations.update",
        scope="conversations:write",
        body=ConversationChange,
        answer=ConversationPage,
        key="kept",
        fails=(404,),
    )
    def patch(self, *, conversation: int, body: ConversationChange) -> ConversationPage:
        """Change title, description or who may post."""
        changes = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
        if not changes:
            raise errors.BadRequest("Say what shall be different.")
        conversations.update(actor=self.actor, conversation=conversation, **changes)
        return _page(self.actor, conversation)


def _page(actor: Actor, conversation: int) -> ConversationPage:
    return ConversationPage(id=0, state=selectors.get_state(actor.user, conversation))
