"""Who may do what in a group: one table of acts, and the rule that decides each. Pure, no query; docs/groups.md

``chat.policy`` asks here before every act, so whatever door it comes through is held to the same table; ``groups.policy``
explains the answers. What a group has changed (``Conversation.rules``) and the role a member bears are read with the rows
that a send reads anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

#: Role -> rank; one acts upon lower ranks only. Who bears a role of the group's own stands between member and admin.
RANKS: Mapping[str, int] = {"member": 0, "admin": 2, "owner": 3}
BEARER = 1


@dataclass(frozen=True, slots=True)
class Act:
    """``lowest``: the lowest role that may do it unless the group says otherwise; ``floor``: the lowest it may say."""

    lowest: str
    floor: str
    en: str
    zh: str


ACTS: Mapping[str, Act] = {
    "post": Act("member", "member", "Post messages", "发送消息"),
    "mention_all": Act("member", "member", "Mention everybody", "@所有人"),
    "announce": Act("admin", "member", "Post while only some may, or all are muted", "在公告模式或全员禁言时发言"),
    "skip_slow": Act("admin", "member", "Post without the pause of slow mode", "不受慢速模式限制"),
    "pin": Act("admin", "member", "Pin messages", "置顶消息"),
    "edit": Act("admin", "member", "Change title, description and picture", "修改群名称、简介和头像"),
    "invite": Act("admin", "member", "Bring people in", "邀请成员"),
    "links": Act("admin", "member", "Make and revoke invite links", "管理邀请链接"),
    "approve": Act("admin", "member", "Answer requests to join", "审批入群申请"),
    "remove": Act("admin", "member", "Take people out", "移出成员"),
    "ban": Act("admin", "member", "Ban people from coming back", "封禁成员"),
    "mute": Act("admin", "member", "Mute one member", "禁言成员"),
    "remove_message": Act("admin", "member", "Remove somebody else's message", "删除他人消息"),
    "moderate": Act("admin", "member", "See and settle reports", "处理举报"),
    "rules": Act("admin", "admin", "Change how people join and speak", "修改入群与发言规则"),
    "channels": Act("admin", "admin", "Make and change the channels of a space", "管理空间的频道"),
    "set_role": Act("owner", "admin", "Give roles", "授予角色"),
    "roles": Act("owner", "owner", "Change permissions and the group's own roles", "修改权限与自定义角色"),
    "export": Act("admin", "admin", "Have the members as a file", "导出成员名单"),
    "archive": Act("owner", "owner", "Archive the group, or open it again", "归档或恢复群组"),
    "purge": Act("owner", "owner", "Purge the history", "清除历史消息"),
    "dissolve": Act("owner", "owner", "Dissolve the group", "解散群组"),
}
#: What a role of the group's own can grant or deny: everything a group may hand below the admins.
GRANTABLE = frozenset(name for name, act in ACTS.items() if act.floor == "member")


class Holder(Protocol):
    """What is asked of a membership."""

    @property
    def role(self) -> str:
        """Owner, admin or member."""

    @property
    def custom_role(self) -> int:
        """Id of the group's own role that is borne; 0: none."""


class Seat(Holder, Protocol):
    """What the rules want to know of a membership: the model's row is one, the write path reads a lighter one."""

    @property
    def user_id(self) -> int:
        """Whose."""

    @property
    def muted_until(self) -> datetime | None:
        """Until when the member may not post."""

    @property
    def history_from(self) -> int:
        """The first seq that the member may see."""

    @property
    def spoke_at(self) -> datetime | None:
        """When the member posted last, kept where slow mode is on."""


class Ruled(Protocol):
    """What is asked of a conversation."""

    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether, and by which rule: owner, role_denies, role_allows, group_permission or default.

    ``needs``: the lowest role that may. ``role``: what the group's own role that decided is called.
    """

    allowed: bool
    rule: str
    needs: str
    role: str = ""


def stops_operator(user: int, other: Seat, *, unseats: bool) -> str:
    """The rule that keeps operator ``user``, whom no rank holds, from acting upon ``other``; "" when none does.

    Not upon himself: he could let himself speak, or make himself owner. ``unseats``: an owner would be owner no more; a
    group has one, so somebody else is made owner first.
    """
    if other.user_id == user:
        return "oneself"
    return "owner_stays" if unseats and other.role == "owner" else ""


def role_of(conversation: Ruled, seat: Holder) -> Mapping[str, Any]:
    """The group's own role that the member bears; empty when none, or when it is gone."""
    if not seat.custom_role:
        return {}
    found: Mapping[str, Any] = conversation.rules.get("roles", {}).get(str(seat.custom_role), {})
    return found


def rank_of(conversation: Ruled, seat: Holder) -> int:
    """The member's rank."""
    rank = RANKS[seat.role]
    return BEARER if rank == 0 and role_of(conversation, seat) else rank


def decide(conversation: Ruled, seat: Holder, act: str) -> Ruling:
    """May a member do ``act``? The first rule that says something decides."""
    told = ACTS[act]
    own = conversation.rules.get("permissions", {}).get(act, "")
    needs = own or told.lowest
    if seat.role == "owner":
        return Ruling(True, "owner", needs)
    role = role_of(conversation, seat)
    name = str(role.get("name", ""))
    if act in role.get("deny", ()):
        return Ruling(False, "role_denies", needs, name)
    if act in role.get("allow", ()):
        return Ruling(True, "role_allows", needs, name)
    return Ruling(RANKS[seat.role] >= RANKS[needs], "group_permission" if own else "default", needs)
