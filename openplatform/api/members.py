"""Who is in a conversation: read, add, remove, give a role, mute, leave."""

from typing import Any

import msgspec
from django.db import transaction

from chat import selectors
from chat.services import conversations
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.people_shapes import MembersQuery
from openplatform.api.shapes import MemberChange, MemberPage, MemberRow, NewMembers
from protocol import errors


class MembersView(Door):
    """All members."""

    @operation("members.list", scope="conversations:read", query=MembersQuery, answer=MemberPage)
    def get(self, *, conversation: int, query: MembersQuery) -> MemberPage:
        """Members by user id, with their roles and how far they have read; all, or those whose names or role fit."""
        found = selectors.list_members(
            self.actor.user,
            conversation,
            cursor=query.cursor,
            limit=query.limit,
            query=query.query,
            role=query.role,
        )
        rows = [msgspec.convert(each, MemberRow, from_attributes=True) for each in found.members]
        return MemberPage(members=rows, member_count=found.member_count, next=found.next)

    @operation("members.add", scope="members:write", body=NewMembers, key="kept", fails=(404,))
    def post(self, *, conversation: int, body: NewMembers) -> None:
        """Bring people in. Who is in already stays so."""
        conversations.add_members(actor=self.actor, conversation=conversation, users=body.users)


class MemberView(Door):
    """One member."""

    @operation("members.change", scope="members:write", body=MemberChange, key="kept", fails=(404,))
    def patch(self, *, conversation: int, user: int, body: MemberChange) -> None:
        """Give a role, mute, or let speak again."""
        if body.role is msgspec.UNSET and body.muted_until is msgspec.UNSET:
            raise errors.BadRequest("Say what shall be different.")
        who: dict[str, Any] = {"actor": self.actor, "conversation": conversation, "user": user}
        with transaction.atomic():  # both or neither
            if body.role is not msgspec.UNSET:
                conversations.set_role(**who, role=body.role)
            if body.muted_until is not msgspec.UNSET:
                conversations.mute_member(**who, until=body.muted_until)

    @operation("members.remove", scope="members:write", fails=(404,))
    def delete(self, *, conversation: int, user: int) -> None:
        """Take somebody out."""
        conversations.remove_members(actor=self.actor, conversation=conversation, users=[user])


class LeaveView(Door):
    """Leaving."""

    @operation("members.leave", scope="members:write", key="kept")
    def post(self, *, conversation: int) -> None:
        """Leave a group."""
        conversations.leave(actor=self.actor, conversation=conversation)
