"""Personal conversations in bulk: one each, made the first time somebody is addressed.

A user is made in ``accounts``, which knows nothing of conversations; so the row comes into being here, on demand.
"""

from collections.abc import Collection, Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Conversation, Entry, Membership

#: Attempts when another process makes the same rows at the same moment; the second finds them.
ATTEMPTS = 3


def key_of(user: int) -> str:
    """``Conversation.unique_key`` of a user's personal conversation."""
    return f"p{user}"


def find(users: Iterable[int]) -> dict[int, int]:
    """User -> id of the personal conversation, of those who have one. One query."""
    keys = [key_of(user) for user in users]
    rows = Conversation.objects.filter(unique_key__in=keys).values_list("unique_key", "pk")
    return {int(key[1:]): pk for key, pk in rows if key}


def ensure(users: Collection[int]) -> dict[int, int]:
    """User -> id of the personal conversation, made for those who had none. The users must exist."""
    for attempt in range(ATTEMPTS):
        found = find(users)
        missing = sorted(set(users) - found.keys())
        if not missing:
            break
        try:
            with transaction.atomic():
                found |= _make(missing)
            break
        except IntegrityError:
            if attempt == ATTEMPTS - 1:
                raise
    return found


def _make(users: list[int]) -> dict[int, int]:
    now = timezone.now()
    made = Conversation.objects.bulk_create(
        Conversation(kind=Conversation.Kind.PERSONAL, unique_key=key_of(user), member_count=1, last_seq=1, last_at=now)
        for user in users
    )
    pairs = list(zip(users, made, strict=True))
    Membership.objects.bulk_create(
        Membership(conversation=conversation, user_id=user, role=Membership.Role.OWNER) for user, conversation in pairs
    )
    Entry.objects.bulk_create(
        Entry(
            conversation=conversation,
            seq=1,
            type="conversation.created",
            body={"kind": conversation.kind, "title": ""},
            version=1,
            at=now,
        )
        for _, conversation in pairs
    )
    return {user: conversation.pk for user, conversation in pairs}
