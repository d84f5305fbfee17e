"""People, tokens and conversations for a measurement, written in bulk: nobody waits for 100,000 services.

Everything stays consistent with what the services would have written (counts, first seq), but no entries are made.
"""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.authentication import digest
from accounts.models import Device, Token, User
from accounts.services import tokens
from chat.models import Conversation, Membership


@dataclass(frozen=True, slots=True)
class Person:
    """A simulated person with a token."""

    id: int
    token: str


def hire(count: int, prefix: str) -> list[User]:
    """``count`` people who cannot sign in with a password; those who exist already are taken as they are."""
    names = [f"{prefix}{index:06d}" for index in range(count)]
    known = set(User.objects.filter(username__startswith=prefix).values_list("username", flat=True))
    fresh = [User(username=name, name=name, password="!") for name in names if name not in known]
    User.objects.bulk_create(fresh, batch_size=5_000)
    return list(User.objects.filter(username__startswith=prefix).order_by("username")[:count])


def with_tokens(users: list[User]) -> list[Person]:
    """A device and a token for each."""
    secrets = [tokens.generate() for _ in users]
    with transaction.atomic():
        devices = Device.objects.bulk_create(
            [Device(user=user, platform=Device.Platform.SDK, name="benchmark") for user in users], batch_size=5_000
        )
        Token.objects.bulk_create(
            [
                Token(device=device, digest=digest(raw), hint=raw[:10], created_at=timezone.now())
                for device, raw in zip(devices, secrets, strict=True)
            ],
            batch_size=5_000,
        )
    return [Person(user.pk, raw) for user, raw in zip(users, secrets, strict=True)]


def group(users: list[User], title: str) -> Conversation:
    """A new group with these members and an empty timeline."""
    with transaction.atomic():
        made = Conversation.objects.create(
            kind=Conversation.Kind.GROUP, title=title, member_count=len(users), last_at=timezone.now()
        )
        Membership.objects.bulk_create([Membership(conversation=made, user=user) for user in users], batch_size=5_000)
    return made


def actor(user: User) -> Actor:
    """Who a service sees."""
    return Actor(user=user.pk, name=user.name, staff=user.is_staff)


def member(person: Person, conversations: list[int]) -> dict[str, Any]:
    """One line of a load job."""
    return {"user": person.id, "token": person.token, "conversations": conversations}
