"""Who may see a channel, computed from the rows of the moment: the same queries for any number of people, in any space."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import msgspec

from chat import rows
from chat.channels import Channel, ChannelPerson
from chat.models import Membership
from chat.policy import channels

_ONE = """SELECT c.private, c.roles, s.rules, m.role, m.custom_role, p.allowed FROM chat_channel c
    JOIN chat_conversation s ON s.id = c.space_id
    LEFT JOIN chat_membership m ON m.conversation_id = c.space_id AND m.user_id = %s
    LEFT JOIN chat_channelperson p ON p.channel_id = c.conversation_id AND p.user_id = %s
    WHERE c.conversation_id = %s"""


@dataclass(slots=True)
class _Row:
    """One row of ``_ONE``: as a space, as a channel and as a seat in turn."""

    private: bool
    roles: dict[str, bool]
    rules: dict[str, Any]
    role: str
    custom_role: int


def find_right(channel: int, user: int) -> channels.Right | None:
    """Whether one person may see the channel now, in one statement; None: there is none. (The ORM took three times as long.)"""
    found = rows.read(_ONE, [user, user, channel])
    if not found:
        return None
    private, roles, rules, role, own, line = found[0]
    row = _Row(bool(private), _decoded(roles), _decoded(rules), role or "", own or 0)
    person = None if line is None else bool(line)
    return channels.decide(space=row, seat=row if role else None, channel=row, person=person)


def _decoded(value: Any) -> dict[str, Any]:
    """JSON comes as text from a statement that the ORM did not make."""
    made: dict[str, Any] = msgspec.json.decode(value) if isinstance(value, str) else value
    return made


def list_rights(channel: Channel, users: Collection[int]) -> dict[int, channels.Right]:
    """User -> whether he may see the channel now, and which rule decides. Two queries."""
    wanted = list(users)
    seats = {
        each.user_id: each for each in Membership.objects.filter(conversation_id=channel.space_id, user_id__in=wanted)
    }
    lines = dict(ChannelPerson.objects.filter(channel=channel, user_id__in=wanted).values_list("user_id", "allowed"))
    return {
        user: channels.decide(space=channel.space, seat=seats.get(user), channel=channel, person=lines.get(user))
        for user in wanted
    }


def find_reachable(pairs: Collection[tuple[int, int]], among: Collection[int]) -> set[tuple[int, int]]:
    """Of (conversation, user) pairs those who may see a channel, subscribed or not. ``among``: what may be one."""
    asked: dict[int, set[int]] = {}
    for conversation, user in pairs:
        if conversation in among:
            asked.setdefault(conversation, set()).add(user)
    found = Channel.objects.select_related("space").filter(pk__in=asked) if asked else ()
    return {
        (channel.pk, user)
        for channel in found
        for user, right in list_rights(channel, asked[channel.pk]).items()
        if right.allowed
    }
