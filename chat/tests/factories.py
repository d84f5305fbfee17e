"""People in conversations for the tests of chat and above: Alice owns, Bob is a member, Charlie is an outsider."""

from dataclasses import dataclass
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from accounts.tests.factories import actor_of, person
from chat.channels import Channel
from chat.models import Conversation, Membership
from chat.rendering import milliseconds
from chat.services import conversations, messages
from chat.timeline import Draft, Outcome

_keys = count(1)


def soon(minutes: int = 60) -> int:
    """A moment of the future in ms."""
    return milliseconds(timezone.now()) + minutes * 60_000


def key() -> str:
    """A client key nobody used before."""
    return f"test-key-{next(_keys):08d}"


@dataclass(frozen=True, slots=True)
class Scene:
    """Alice's group with Bob in it; Charlie is outside."""

    alice: Actor
    bob: Actor
    charlie: Actor
    group: Conversation

    @property
    def id(self) -> int:
        return self.group.pk


def three_people() -> tuple[Actor, Actor, Actor]:
    return actor_of(person("alice")), actor_of(person("bob")), actor_of(person("charlie"))


def scene(**settings: Any) -> Scene:
    alice, bob, charlie = three_people()
    group = conversations.create_group(actor=alice, title="Team", members=[bob.user], **settings)
    return Scene(alice, bob, charlie, group)


def people(number: int, prefix: str = "person") -> list[int]:
    """Ids of many users, made in one statement."""
    made = User.objects.bulk_create(
        User(username=f"{prefix}{place}", name=f"{prefix} {place}", password="!") for place in range(number)
    )
    return [each.pk for each in made]


def send(actor: Actor, conversation: int, text: str = "hello", **fields: Any) -> Outcome:
    """Send a text message as the services do."""
    fields.setdefault("client_key", key())
    return messages.send(actor=actor, conversation=conversation, body={"text": text}, **fields)


def draft(actor: Actor, conversation: int, text: str = "hello", **fields: Any) -> Draft:
    fields.setdefault("client_key", key())
    return messages.draft_send(actor=actor, conversation=conversation, body={"text": text}, **fields)


def seat(conversation: int, actor: Actor) -> Membership:
    return Membership.objects.get(conversation_id=conversation, user_id=actor.user)


def channel_of(it: Scene, title: str = "general", **fields: Any) -> Channel:
    """A channel in Alice's group, which becomes a space with the first; nobody has subscribed."""
    Conversation.objects.filter(pk=it.id).update(space=it.id)
    inside = Conversation.objects.create(kind=Conversation.Kind.GROUP, title=title, space=it.id)
    return Channel.objects.create(conversation=inside, space_id=it.id, **fields)
