"""One conversation in an application's hands: what it shows, and everything one can do in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from parley_sdk.errors import ParleyError
from parley_sdk.link.outbox import Item, Write, WriteState
from parley_sdk.store.timeline import Shown
from parley_sdk.wire.events import ConversationState, MessageCreated
from parley_sdk.wire.frames import MessageEdit, MessageRecall, MessageSend, ReactionAdd, ReactionRemove
from parley_sdk.wire.replies import Accepted

if TYPE_CHECKING:
    from parley_sdk.client import Client


class SendHandle:
    """A write on its way. Await ``sent``, or look at ``state``: pending, sending, sent, failed."""

    def __init__(self, client: Client, item: Item) -> None:
        self._client = client
        self._item = item
        self._waiters: list[asyncio.Future[Accepted]] = []
        client._handles[item.key] = self

    @property
    def client_key(self) -> str:
        """The idempotency key: the same on every attempt."""
        return self._item.key

    @property
    def state(self) -> WriteState:
        """Where it is."""
        return self._item.state

    @property
    def seq(self) -> int:
        """Its place in the timeline; 0 until it is sent."""
        return self._item.accepted.seq if self._item.accepted else 0

    @property
    def error(self) -> ParleyError | None:
        """Why it failed."""
        return self._item.error

    @property
    def sent(self) -> asyncio.Future[Accepted]:
        """Done when the server has stored it; raises its error when it failed."""
        waiter: asyncio.Future[Accepted] = asyncio.get_running_loop().create_future()
        waiter.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiters.append(waiter)
        self._settle()
        return waiter

    def resend(self) -> None:
        """Try again after a failure, under the same key."""
        self._client._handles[self.client_key] = self
        self._client.engine.outbox.resend(self.client_key)

    def cancel(self) -> bool:
        """Take it back; False when it is under way or already stored."""
        return self._client.engine.outbox.cancel(self.client_key)

    def _settle(self) -> None:
        if self.state not in {WriteState.SENT, WriteState.FAILED}:
            return
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if waiter.done():
                continue
            if self._item.accepted is not None:
                waiter.set_result(self._item.accepted)
            elif self.error is not None:
                waiter.set_exception(self.error)


class Conversation:
    """Made by ``client.conversation(id)``; light, holds nothing itself.

    >>> handle = conversation.send("Hello")           # doctest: +SKIP
    >>> accepted = await handle.sent                  # doctest: +SKIP
    """

    def __init__(self, client: Client, pk: int) -> None:
        self._client = client
        self.id = pk

    @property
    def state(self) -> ConversationState:
        """Its inbox row as it is now. KeyError when you are not in it."""
        return self._client.engine.inbox.rows[self.id].state

    @property
    def unread(self) -> int:
        """Unread messages."""
        return self._client.engine.inbox.rows[self.id].unread

    @property
    def entries(self) -> list[Shown]:
        """What is loaded and arrived since, oldest first: messages and notices."""
        return self._client.engine.timeline(self.id).entries

    @property
    def messages(self) -> list[MessageCreated]:
        """The messages among them."""
        return self._client.engine.timeline(self.id).messages

    @property
    def has_older(self) -> bool:
        """Whether ``load_older`` would bring more."""
        return self._client.engine.timeline(self.id).has_older

    @property
    def typing(self) -> list[int]:
        """Who types here now."""
        return self._client.engine.signals.typing(self.id)

    async def load_older(self) -> list[Shown]:
        """Load the newest page of history, or the one before what is here; everything that is here then."""
        await self._client.ask(self._client.engine.load, self.id)
        return self.entries

    def send(self, content: str | dict[str, Any], *, kind: str = "text", key: str = "", **more: Any) -> SendHandle:
        """Say something. ``content``: a text, or the body of another ``kind``.

        ``more``: reply_to, thread_root (seqs), mentions (user ids), mentions_all.
        """
        body = {"text": content} if isinstance(content, str) else content
        return self._write(
            MessageSend(
                id=0, conversation=self.id, client_key=key or self._client.new_key(), kind=kind, body=body, **more
            )
        )

    def edit(self, seq: int, content: str | dict[str, Any], **more: Any) -> SendHandle:
        """Replace the body of one's own message."""
        body = {"text": content} if isinstance(content, str) else content
        return self._write(
            MessageEdit(id=0, conversation=self.id, client_key=self._client.new_key(), target=seq, body=body, **more)
        )

    def recall(self, seq: int) -> SendHandle:
        """Withdraw a message for everybody."""
        return self._write(MessageRecall(id=0, conversation=self.id, client_key=self._client.new_key(), target=seq))

    def react(self, seq: int, emoji: str) -> SendHandle:
        """Put an emoji under a message."""
        frame = ReactionAdd(id=0, conversation=self.id, client_key=self._client.new_key(), target=seq, emoji=emoji)
        return self._write(frame)

    def unreact(self, seq: int, emoji: str) -> SendHandle:
        """Take one's emoji back."""
        frame = ReactionRemove(id=0, conversation=self.id, client_key=self._client.new_key(), target=seq, emoji=emoji)
        return self._write(frame)

    def mark_read(self, number: int | None = None) -> None:
        """Read up to this message number; without one: everything."""
        row = self._client.engine.inbox.rows.get(self.id)
        if row is not None:
            self._client.engine.mark_read(self.id, row.state.last_number if number is None else number)

    def open(self) -> None:
        """Full attention: all entries, however large the conversation."""
        self._client.engine.open(self.id)

    def close(self) -> None:
        """Background attention."""
        self._client.engine.close(self.id)

    def type(self, *, on: bool = True) -> None:
        """Tell the others that you type. Repeat every 4 s while it lasts."""
        self._client.engine.typing(self.id, on=on)

    def _write(self, frame: Write) -> SendHandle:
        return SendHandle(self._client, self._client.engine.write(frame))
