"""Governance of a group: its rules, its own roles, bans, archive, and why somebody may or may not do something."""

import msgspec

from chat import permissions
from groups import selectors
from groups.services import bans, governance, roles
from openplatform.api.door import Door
from openplatform.api.group_shapes import (
    BanBody,
    BanPage,
    BanRow,
    BansQuery,
    Explained,
    Explanations,
    GovernanceChange,
    GovernancePage,
    RoleBody,
    RoleGiven,
    RoleMade,
    WhoQuery,
)
from openplatform.api.operation import operation
from protocol import errors


class GovernanceView(Door):
    """The rules of a group."""

    @operation("governance.get", scope="conversations:read", answer=GovernancePage, fails=(404,))
    def get(self, *, conversation: int) -> GovernancePage:
        """How people join and speak in a group, and who may do what."""
        found = selectors.get_governance(self.actor.user, conversation)
        return msgspec.convert(found, GovernancePage, from_attributes=True)

    @operation("governance.change", scope=None, body=GovernanceChange, answer=GovernancePage, key="kept", fails=(404,))
    def patch(self, *, conversation: int, body: GovernanceChange) -> GovernancePage:
        """Change the rules of a group: all that is named, or nothing."""
        given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
        if not given:
            raise errors.BadRequest("Say what shall be different.")
        governance.change(actor=self.actor, conversation=conversation, wish=governance.Wish(**given))
        return msgspec.convert(
            selectors.get_governance(self.actor.user, conversation), GovernancePage, from_attributes=True
        )


class ArchiveView(Door):
    """Whether a group is archived."""

    @operation("governance.archive", scope=None, key="kept", fails=(404,))
    def put(self, *, conversation: int) -> None:
        """Let the group be read only."""
        governance.archive(actor=self.actor, conversation=conversation)

    @operation("governance.open", scope=None, key="kept", fails=(404,))
    def delete(self, *, conversation: int) -> None:
        """Open an archived group again."""
        governance.archive(actor=self.actor, conversation=conversation, on=False)


class PermissionsView(Door):
    """Who may do what."""

    @operation("permissions.explain", scope="conversations:read", query=WhoQuery, answer=Explanations, fails=(404,))
    def get(self, *, conversation: int, query: WhoQuery) -> Explanations:
        """For every act: may you (or ``user``, when you may change the rules) do it, and which rule decided."""
        found = selectors.list_explanations(self.actor.user, conversation, query.user)
        return Explanations(
            acts=[
                Explained(
                    act=each.act,
                    allowed=each.allowed,
                    rule=each.rule,
                    needs=each.needs,
                    role=each.role,
                    until=each.until,
                    en=permissions.ACTS[each.act].en,
                    zh=permissions.ACTS[each.act].zh,
                )
                for each in found
            ]
        )


class RolesView(Door):
    """The group's own roles; ``governance`` lists them."""

    @operation("roles.create", scope=None, body=RoleBody, answer=RoleMade, status=201, key="kept", fails=(404, 409))
    def post(self, *, conversation: int, body: RoleBody) -> RoleMade:
        """Make a role of the group's own."""
        made = roles.put(actor=self.actor, conversation=conversation, name=body.name, allow=body.allow, deny=body.deny)
        return RoleMade(role=made)


class RoleView(Door):
    """One of them."""

    @operation("roles.change", scope=None, body=RoleBody, key="kept", fails=(404, 409))
    def put(self, *, conversation: int, role: int, body: RoleBody) -> None:
        """Write a role anew, for everybody who bears it."""
        if not role:
            raise errors.NotFound("There is no such role.")
        roles.put(
            actor=self.actor, conversation=conversation, role=role, name=body.name, allow=body.allow, deny=body.deny
        )

    @operation("roles.remove", scope=None, fails=(404,))
    def delete(self, *, conversation: int, role: int) -> None:
        """Take a role away from the group."""
        roles.remove(actor=self.actor, conversation=conversation, role=role)


class MemberRoleView(Door):
    """The group's own role that a member bears."""

    @operation("members.give_role", scope="members:write", body=RoleGiven, key="kept", fails=(404,))
    def put(self, *, conversation: int, user: int, body: RoleGiven) -> None:
        """Give a member one of the group's own roles, or none."""
        roles.give(actor=self.actor, conversation=conversation, user=user, role=body.role)


class BansView(Door):
    """Who must stay out."""

    @operation("bans.list", scope="members:write", query=BansQuery, answer=BanPage, fails=(404,))
    def get(self, *, conversation: int, query: BansQuery) -> BanPage:
        """Bans by user id; the last one's ``user`` as ``after`` continues."""
        found = selectors.list_bans(self.actor.user, conversation, query.after, query.limit)
        return BanPage(bans=[msgspec.convert(each, BanRow, from_attributes=True) for each in found])


class BanView(Door):
    """One person's ban."""

    @operation("bans.put", scope="members:write", body=BanBody, key="kept", fails=(404,))
    def put(self, *, conversation: int, user: int, body: BanBody) -> None:
        """Take somebody out, when in, and keep out."""
        bans.ban(actor=self.actor, conversation=conversation, user=user, reason=body.reason, until=body.until)

    @operation("bans.remove", scope="members:write", fails=(404,))
    def delete(self, *, conversation: int, user: int) -> None:
        """Lift a ban."""
        bans.lift(actor=self.actor, conversation=conversation, user=user)
