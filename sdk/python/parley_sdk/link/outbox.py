"""Writes that are neither lost nor doubled: kept, sent in order, sent again under the same key. Sans-I/O.

One write per conversation is under way at a time, so a person's messages stay in the order in which they were made. A
write ends ``sent`` or ``failed``; a failed one stays until it is resent (same key) or cancelled.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import msgspec

from parley_sdk.errors import Cancelled, NoAnswer, ParleyError
from parley_sdk.link.rpc import Answer, Rpc
from parley_sdk.network import backoff
from parley_sdk.ports import Clock, Random, Storage, Timer
from parley_sdk.wire.frames import MessageEdit, MessageRecall, MessageSend, ReactionAdd, ReactionRemove
from parley_sdk.wire.replies import Accepted

Write: TypeAlias = MessageSend | MessageEdit | MessageRecall | ReactionAdd | ReactionRemove
TABLE = "outbox"
#: Seconds for one answer, and attempts with a live connection before a write counts as failed (about two minutes).
ANSWER_SECONDS = 5.0
ATTEMPTS = 12


class WriteState(StrEnum):
    """Where a write is."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(eq=False)
class Item:
    """One write on its way."""

    frame: Write
    order: int
    state: WriteState = WriteState.PENDING
    attempts: int = 0
    accepted: Accepted | None = None
    error: ParleyError | None = None
    retry: Timer | None = field(default=None, repr=False)

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.frame.client_key

    @property
    def conversation(self) -> int:
        """Where it goes."""
        return self.frame.conversation


class _Kept(msgspec.Struct, array_like=True):
    order: int
    failed: bool
    frame: MessageSend | MessageEdit | MessageRecall | ReactionAdd | ReactionRemove


class Outbox:
    """See the module. ``changed`` is called after each change of an item's state."""

    def __init__(
        self, rpc: Rpc, clock: Clock, random: Random, storage: Storage, changed: Callable[[Item], None]
    ) -> None:
        self._rpc, self._clock, self._random, self._storage, self._changed = rpc, clock, random, storage, changed
        self._online = False
        self._order = 0
        self._sending: dict[int, Item] = {}
        self.items: dict[str, Item] = {}
        for raw in storage.load(TABLE).values():
            kept = msgspec.json.decode(raw, type=_Kept)
            item = Item(kept.frame, kept.order, WriteState.FAILED if kept.failed else WriteState.PENDING)
            item.error = NoAnswer("It failed before the last restart.") if kept.failed else None
            self.items[item.key] = item
            self._order = max(self._order, kept.order)

    def add(self, frame: Write) -> Item:
        """Keep a write and send it as soon as possible. The same key again is the same item."""
        if frame.client_key in self.items:
            return self.items[frame.client_key]
        self._order += 1
        item = Item(frame, self._order)
        self.items[item.key] = item
        self._keep(item)
        self._changed(item)
        self._pump(item.conversation)
        return item

    def resend(self, key: str) -> None:
        """Try a failed write again, under the same key, after those made since."""
        item = self.items.get(key)
        if item is not None and item.state is WriteState.FAILED:
            self._order += 1
            item.order, item.attempts, item.error = self._order, 0, None
            self._move(item, WriteState.PENDING)
            self._keep(item)
            self._pump(item.conversation)

    def cancel(self, key: str) -> bool:
        """Take a write back; False when it is under way or was never here."""
        item = self.items.get(key)
        if item is None or item.state is WriteState.SENDING:
            return False
        if item.retry is not None:
            item.retry.cancel()
        item.error = Cancelled("It was taken back.")
        del self.items[key]
        self._storage.delete(TABLE, key)
        self._move(item, WriteState.FAILED)
        self._pump(item.conversation)
        return True

    def online(self) -> None:
        """There is a connection: send what waits."""
        self._online = True
        for conversation in {item.conversation for item in self.items.values()}:
            self._pump(conversation)

    def offline(self) -> None:
        """There is none. What was under way goes back to waiting by the answers that ``Rpc`` gives."""
        self._online = False

    def _pump(self, conversation: int) -> None:
        if not self._online or conversation in self._sending:
            return
        waiting = [
            each
            for each in self.items.values()
            if each.conversation == conversation and each.state is WriteState.PENDING
        ]
        item = min(waiting, key=lambda each: each.order, default=None)
        if item is None or item.retry is not None:
            return
        self._sending[conversation] = item
        self._move(item, WriteState.SENDING)
        self._rpc.call(item.frame, lambda answer: self._answered(item, answer), timeout=ANSWER_SECONDS)

    def _answered(self, item: Item, answer: Answer) -> None:
        self._sending.pop(item.conversation, None)
        if isinstance(answer, Accepted):
            item.accepted = answer
            del self.items[item.key]
            self._storage.delete(TABLE, item.key)
            self._move(item, WriteState.SENT)
        elif isinstance(answer, ParleyError):
            self._refused(item, answer)
        self._pump(item.conversation)

    def _refused(self, item: Item, error: ParleyError) -> None:
        if self._online and error.code != "disconnected":
            item.attempts += 1
        if error.retryable and item.attempts < ATTEMPTS:
            self._move(item, WriteState.PENDING)
            if self._online:
                wait = max(backoff.pause(item.attempts, self._random), error.retry_after)
                item.retry = self._clock.call_later(wait, lambda: self._again(item))
            return
        item.error = error
        self._move(item, WriteState.FAILED)
        self._keep(item)

    def _again(self, item: Item) -> None:
        item.retry = None
        self._pump(item.conversation)

    def _keep(self, item: Item) -> None:
        kept = _Kept(item.order, item.state is WriteState.FAILED, item.frame)
        self._storage.put(TABLE, item.key, msgspec.json.encode(kept))

    def _move(self, item: Item, state: WriteState) -> None:
        item.state = state
        self._changed(item)
