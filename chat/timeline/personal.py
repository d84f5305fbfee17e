"""Personal conversations in bulk: one each, made the first time somebody is addressed.

A user is made in ``accounts``, which knows nothing of conversations; so the row comes into being here, on demand.
"""

from collections.abc import Collection, Iterable

from django.utils import timezone

from chat import rows
from chat.models import Conversation, Entry, Membership
from chat.timeline import writing

_CONVERSATION: rows.Columns = {
    "kind": "text",
    "unique_key": "text",
    "title": "text",
    "description": "text",
    "post_policy": "text",
    "history_for_newcomers": "boolean",
    "member_count": "integer",
    "last_seq": "bigint",
    "last_number": "bigint",
    "last_message_seq": "bigint",
    "last_at": "timestamptz",
    "created_at": "timestamptz",
}
_MEMBERSHIP: rows.Columns = {
    "conversation_id": "bigint",
    "user_id": "bigint",
    "role": "text",
    "history_from": "bigint",
    "read_number": "bigint",
    "delivered_seq": "bigint",
    "joined_at": "timestamptz",
}


def key_of(user: int) -> str:
    """``Conversation.unique_key`` of a user's personal conversation."""
    return f"p{user}"


def find(users: Iterable[int]) -> dict[int, int]:
    """User -> id of the personal conversation, of those who have one. One query."""
    keys = [key_of(user) for user in users]
    found = Conversation.objects.filter(unique_key__in=keys).values_list("unique_key", "pk")
    return {int(key[1:]): pk for key, pk in found if key}


def ensure(users: Collection[int]) -> dict[int, int]:
    """User -> id of the personal conversation, made for those who had none. The users must exist."""
    found = find(users)
    missing = sorted(set(users) - found.keys())
    return found | _make(missing) if missing else found


def _make(users: list[int]) -> dict[int, int]:
    """Insert unless there: who makes the same rows at the same moment is waited for, and his rows are taken."""
    now, kind = timezone.now(), Conversation.Kind.PERSONAL.value
    everybody = Conversation.PostPolicy.ALL.value
    rows.insert(
        "chat_conversation",
        _CONVERSATION,
        [(kind, key_of(user), "", "", everybody, True, 1, 1, 0, 0, now, now) for user in users],
        unless_there=True,
    )
    made = find(users)
    owner = Membership.Role.OWNER.value
    rows.insert(
        "chat_membership",
        _MEMBERSHIP,
        [(conversation, user, owner, 0, 0, 0, now) for user, conversation in made.items()],
        unless_there=True,
    )
    first = {"type": "conversation.created", "body": {"kind": kind, "title": ""}, "seq": 1, "version": 1, "at": now}
    writing.insert_entries([Entry(conversation_id=pk, **first) for pk in made.values()], unless_there=True)
    return made
