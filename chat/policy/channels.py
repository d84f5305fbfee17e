"""Who may see a channel of a space: one table, decided from the seat in the space and the channel's lists. Pure.

The first rule that says something decides: not in the space · owner · the person's own line · the line of the role that
the person bears · admins · public or private. docs/spaces.md has the table; a test goes through all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from chat import permissions
from chat.models import Conversation, Membership

#: What a subscriber's rank decides in a channel. All else is the space's to decide: who is in, with which role.
ACTS = frozenset(
    {"announce", "edit", "mention_all", "moderate", "mute", "pin", "post", "remove_message", "rules", "skip_slow"}
)
#: What not even an operator does to a channel: who is in it is computed.
ENTERING = frozenset({"approve", "ban", "invite", "links", "set_role"})


class Lists(Protocol):
    """What is asked of a channel."""

    @property
    def private(self) -> bool:
        """Whether only who is let in sees it."""

    @property
    def roles(self) -> Mapping[str, bool]:
        """Id of an own role -> whether who bears it may."""


@dataclass(frozen=True, slots=True)
class Right:
    """Whether somebody may see a channel, by which ``rule``, and what the role that decided is called."""

    allowed: bool
    rule: str
    role: str = ""


def decide(*, space: permissions.Ruled, seat: permissions.Holder | None, channel: Lists, person: bool | None) -> Right:
    """May who has ``seat`` in the space see the channel? ``person``: his own line in its lists; None: there is none."""
    if seat is None:
        return Right(False, "not_in_space")
    if seat.role == Membership.Role.OWNER:
        return Right(True, "owner")
    if person is not None:
        return Right(person, "person_allowed" if person else "person_denied")
    role = permissions.role_of(space, seat)
    line = channel.roles.get(str(seat.custom_role)) if role else None
    if line is not None:
        return Right(line, "role_allowed" if line else "role_denied", str(role.get("name", "")))
    if seat.role == Membership.Role.ADMIN:
        return Right(True, "admin")
    return Right(False, "private") if channel.private else Right(True, "public")


def role_inside(role: str) -> str:
    """What a member of a space is in its channels: who governs the space is an admin there, nobody is an owner."""
    return Membership.Role.MEMBER if role == Membership.Role.MEMBER else Membership.Role.ADMIN


def is_space(conversation: Conversation) -> bool:
    """Whether it is a space's lobby."""
    return conversation.space is not None and conversation.space == conversation.pk


def is_channel(conversation: Conversation) -> bool:
    """Whether it lies inside a space."""
    return conversation.space is not None and conversation.space != conversation.pk
