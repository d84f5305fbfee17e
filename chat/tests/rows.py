"""Rows for tests of reads: conversations and messages put into the tables as the timeline leaves them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.models import User
from chat.models import Conversation, Entry, Membership

#: Messages of a test are one second apart from here on.
START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def person(username: str, **fields: Any) -> User:
    fields.setdefault("name", username.title())
    return User.objects.create(username=username, **fields)


def group(title: str, *members: User, **fields: Any) -> Conversation:
    """A group; its first member is the owner."""
    conversation = Conversation.objects.create(kind="group", title=title, member_count=len(members), **fields)
    for at, user in enumerate(members):
        Membership.objects.create(conversation=conversation, user=user, role="owner" if at == 0 else "member")
    return conversation


def direct(one: User, other: User) -> Conversation:
    key = f"{min(one.pk, other.pk)}-{max(one.pk, other.pk)}"
    conversation = Conversation.objects.create(kind="direct", unique_key=key, member_count=2)
    for user in (one, other):
        Membership.objects.create(conversation=conversation, user=user)
    return conversation


@dataclass
class Clock:
    """One second per message, over all conversations."""

    ticks: int = 0

    def tick(self) -> datetime:
        self.ticks += 1
        return START + timedelta(seconds=self.ticks)


@dataclass
class Log:
    """Writes messages of one conversation, and keeps them."""

    conversation: Conversation
    clock: Clock = field(default_factory=Clock)

    def say(self, sender: User, body: str | dict[str, Any], *, kind: str = "text", at: datetime | None = None) -> Entry:
        """A message, with its row as the timeline writes it."""
        conversation = self.conversation
        conversation.last_seq += 1
        conversation.last_number += 1
        conversation.save()
        return Entry.objects.create(
            conversation=conversation,
            seq=conversation.last_seq,
            number=conversation.last_number,
            type="message.created",
            sender=sender,
            kind=kind,
            body={"text": body} if isinstance(body, str) else body,
            version=conversation.last_seq,
            at=at or self.clock.tick(),
        )

    def change(self, message: Entry, type: str, **fields: Any) -> Entry:  # noqa: A002 - an entry's type
        """An edit or recall: its entry, and the message row in its new state."""
        self.conversation.last_seq += 1
        self.conversation.save()
        Entry.objects.filter(pk=message.pk).update(version=self.conversation.last_seq, **fields)
        return Entry.objects.create(
            conversation=self.conversation,
            seq=self.conversation.last_seq,
            type=type,
            sender=message.sender,
            target=message.seq,
            visible=False,
            at=self.clock.tick(),
        )

    def edit(self, message: Entry, text: str) -> Entry:
        return self.change(message, "message.edited", body={"text": text}, edited_at=self.clock.tick())

    def recall(self, message: Entry) -> Entry:
        return self.change(message, "message.recalled", body={}, recalled_at=self.clock.tick())
