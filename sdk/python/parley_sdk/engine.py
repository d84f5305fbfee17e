"""The core of a client, without a clock, a socket or an event loop: connection, requests, outbox, streams, stores together.

Frames come in through the connection and leave through it; what changed goes to observers by topic. ``client`` wraps it
for asyncio; tests drive it with a fake clock.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from parley_sdk.errors import ParleyError
from parley_sdk.link.acks import Acks
from parley_sdk.link.outbox import Item, Outbox, Write
from parley_sdk.link.reads import Reads
from parley_sdk.link.rpc import Answer, Done, Rpc
from parley_sdk.link.stream import Stream
from parley_sdk.link.sync import CaughtUp, Sync
from parley_sdk.network.connection import Change, Connection, Ports, State
from parley_sdk.ports import Storage
from parley_sdk.store.inbox import Inbox
from parley_sdk.store.signals import Signals
from parley_sdk.store.timeline import Timeline
from parley_sdk.wire import events as wire
from parley_sdk.wire.events import AnyEvent, DurableEvent
from parley_sdk.wire.frames import (
    AnyFrame,
    ConversationClose,
    ConversationOpen,
    PresenceGet,
    TimelineHistory,
    TimelineSync,
    TypingStart,
    TypingStop,
)
from parley_sdk.wire.replies import AnyReply, Events, PresencePage, ServerPing, TimelinePage, Welcome
from parley_sdk.wire.rules import MAX_GAP

log = logging.getLogger("parley_sdk")
Observer: TypeAlias = Callable[[Any], None]
#: Conversations whose entries came before their inbox row; more than this and the oldest is forgotten (a sync heals it).
MAX_PROVISIONAL = 200
PAGE = 50


class Engine:
    """See the module. ``every_entry``: after an absence fetch all that was missed, as a bot needs it; otherwise gaps too
    long for the sync are passed over, and history is loaded when somebody looks.

    Topics: ``connection`` (Change), ``synced`` (None), ``event`` (any event, once, in order), ``inbox`` (id of a
    conversation whose row changed), ``write`` (outbox Item), ``signals`` (conversation id, 0: presence).
    """

    def __init__(
        self, ports: Ports, storage: Storage, *, client: str = "parley-python", every_entry: bool = True
    ) -> None:
        self.every_entry = every_entry
        self.clock = ports.clock
        self.inbox = Inbox()
        self.signals = Signals(ports.clock)
        self.streams: dict[int, Stream] = {}
        self.timelines: dict[int, Timeline] = {}
        self.opened: set[int] = set()
        self.watched: tuple[int, ...] = ()
        self.synced = False
        self._too_far: set[int] = set()
        self._observers: dict[str, list[Observer]] = {}
        self.connection = Connection(ports, self, client=client)
        self.rpc = Rpc(ports.clock, self.connection.send)
        self.outbox = Outbox(self.rpc, ports.clock, ports.random, storage, lambda item: self._emit("write", item))
        self.acks = Acks(ports.clock, self.connection.send)
        self.reads = Reads(self.rpc, ports.clock)
        self.sync = Sync(self.rpc, ports.clock, self.positions, self._caught_up)

    # What an application does

    def on(self, topic: str, observer: Observer) -> Callable[[], None]:
        """Hear of a topic; the returned function ends it."""
        self._observers.setdefault(topic, []).append(observer)
        return lambda: self._observers[topic].remove(observer)

    def write(self, frame: Write) -> Item:
        """Say, edit, recall or react: kept until it is stored."""
        return self.outbox.add(frame)

    def call(self, frame: AnyFrame, done: Done) -> None:
        """Ask anything else."""
        self.rpc.call(frame, done)

    def mark_read(self, conversation: int, number: int) -> None:
        """This person has read up to message ``number``: at once here, then on the server, through any trouble."""
        if self.inbox.read(conversation, number):
            self.reads.mark(conversation, number)
            self._emit("inbox", conversation)

    def open(self, conversation: int) -> None:
        """Full attention: all entries of it, however large it is."""
        self.opened.add(conversation)
        self.rpc.call(ConversationOpen(id=0, conversation=conversation), _ignore)
        row, stream = self.inbox.rows.get(conversation), self.streams.get(conversation)
        if row is not None and stream is not None:
            stream.see_head(row.state.head_seq)

    def close(self, conversation: int) -> None:
        """Background attention again."""
        self.opened.discard(conversation)
        self.rpc.call(ConversationClose(id=0, conversation=conversation), _ignore)

    def load(self, conversation: int, done: Done) -> None:
        """Take the newest page of history, or the one before what is here; ``done`` gets the page."""
        timeline = self.timeline(conversation)
        generation = timeline.generation

        def answered(answer: Answer) -> None:
            if isinstance(answer, TimelinePage):
                if generation != timeline.generation:
                    self.load(conversation, done)
                    return
                timeline.merge(answer)
            done(answer)

        before = timeline.oldest
        self.rpc.call(TimelineHistory(id=0, conversation=conversation, before=before, limit=PAGE), answered)

    def typing(self, conversation: int, *, on: bool) -> None:
        """Tell, or take back, that this person types. Lossy."""
        self.rpc.call((TypingStart if on else TypingStop)(id=0, conversation=conversation), _ignore)

    def watch(self, users: tuple[int, ...]) -> None:
        """Hear of the presence of these users from now on."""
        self.watched = users

        def answered(answer: Answer) -> None:
            if isinstance(answer, PresencePage):
                self.signals.presence = {user: answer.statuses.get(user, "offline") for user in users}
                self._emit("signals", 0)

        self.rpc.call(PresenceGet(id=0, users=list(users)), answered)

    def timeline(self, conversation: int) -> Timeline:
        """What a conversation shows."""
        return self.timelines.setdefault(conversation, Timeline(conversation))

    def adopt(self, state: wire.ConversationState) -> None:
        """Take a conversation that an answer brought before its own event did."""
        self._joined(state)

    def positions(self) -> dict[int, int]:
        """Conversation → seq up to which everything is held."""
        return {each: stream.held for each, stream in self.streams.items() if stream.held is not None}

    # The connection

    def changed(self, change: Change) -> None:
        """From the connection."""
        if change.state is not State.ONLINE:
            self._offline()
        self._emit("connection", change)

    def welcomed(self, welcome: Welcome) -> None:
        """From the connection: subscribe, catch up, send what waits."""
        self.inbox.user = welcome.user
        for conversation in self.opened:
            self.rpc.call(ConversationOpen(id=0, conversation=conversation), _ignore)
        if self.watched:
            self.watch(self.watched)
        self.sync.run()
        self.acks.online()
        self.reads.online()
        self.outbox.online()

    def received(self, frame: AnyReply) -> None:
        """From the connection: an answer, events, or the heads of a heartbeat."""
        if self.rpc.answered(frame):
            return
        if isinstance(frame, Events):
            for event in frame.events:
                self._route(event)
        elif isinstance(frame, ServerPing):
            for conversation, head in frame.heads.items():
                self._head(conversation, head)

    def _offline(self) -> None:
        self.synced = False
        self.sync.stop()
        self.outbox.offline()
        self.reads.offline()
        for stream in self.streams.values():
            stream.pause()
        self.rpc.disconnected()

    # Events

    def _route(self, event: AnyEvent) -> None:
        if isinstance(event, DurableEvent):
            self._stream(event.conversation).receive(event)
            return
        if isinstance(event, wire.ConversationAdvanced):
            self._advanced(event)
        elif isinstance(event, wire.ReceiptRead) and self._is_own(event):
            self._emit("inbox", event.conversation)
        if self.signals.apply(event):
            self._emit("signals", getattr(event, "conversation", 0))
        self._emit("event", event)

    def _is_own(self, event: wire.ReceiptRead) -> bool:
        """Whether it moved this person's own position: another device of theirs has read."""
        return event.user == self.inbox.user and self.inbox.read(event.conversation, event.read_number)

    def _advanced(self, event: wire.ConversationAdvanced) -> None:
        self.inbox.advance(event.conversation, event.head_seq, event.last_number)
        self._emit("inbox", event.conversation)
        if not self._hinted(event.conversation):
            self._head(event.conversation, event.head_seq)

    def _hinted(self, conversation: int) -> bool:
        """Whether hints stand for the entries of this conversation now: it is large and not open."""
        row = self.inbox.rows.get(conversation)
        return row is not None and row.state.large and conversation not in self.opened

    def _head(self, conversation: int, head: int) -> None:
        stream = self.streams.get(conversation)
        if stream is None:
            if self.synced:
                self.sync.run()  # a conversation that nobody told of
        elif stream.held is not None and stream.held >= head:
            self.acks.note(conversation, stream.held)  # the server missed the ack
        elif not self._hinted(conversation):
            stream.see_head(head)

    def _stream(self, conversation: int) -> Stream:
        if conversation not in self.streams:
            provisional = [each for each, stream in self.streams.items() if stream.held is None]
            if len(provisional) >= MAX_PROVISIONAL:
                del self.streams[provisional[0]]
            self.streams[conversation] = Stream(conversation, self, self.clock)
            if self.sync.running:
                self.streams[conversation].pause()
        return self.streams[conversation]

    # What streams ask for

    def apply(self, event: DurableEvent) -> None:
        """From a stream: the next entry of its conversation."""
        self.inbox.apply(event)
        if event.conversation in self.timelines or isinstance(event, wire.MessageCreated):
            self.timeline(event.conversation).apply(event)
        match event:
            case wire.InboxJoined():
                self._joined(event.state)
            case wire.InboxLeft():
                self._left(event.target)
            case wire.ReadMoved():
                self.inbox.read(event.target, event.read_number)
                self.inbox.prefer(event.target, unread_from=0)
                self._emit("inbox", event.target)
            case wire.PreferenceChanged():
                names = ("notify", "silent_until", "starred_at", "unread_from")
                self.inbox.prefer(event.target, **{name: getattr(event, name) for name in names})
                self._emit("inbox", event.target)
            case wire.MentionReceived():
                self._emit("inbox", event.message.conversation)
        self.signals.apply(event)
        self._emit("inbox", event.conversation)
        self._emit("event", event)

    def pull(self, conversation: int, after: int, until: int, done: Callable[[Answer], None]) -> None:
        """From a stream: there is a hole."""
        self.rpc.call(TimelineSync(id=0, conversation=conversation, after=after, until=until, limit=200), done)

    def too_far_behind(self, conversation: int) -> None:
        """From a stream: take a snapshot."""
        self._too_far.add(conversation)
        self.sync.run()

    def advanced(self, conversation: int) -> None:
        """From a stream: more is held."""
        held = self.streams[conversation].held if conversation in self.streams else None
        if held is not None:
            self.acks.note(conversation, held)

    def _joined(self, state: wire.ConversationState) -> None:
        stream = self._stream(state.conversation)
        if state.conversation not in self.inbox.rows or stream.held is None or stream.held < state.head_seq:
            self._jump(state)
        self._emit("inbox", state.conversation)

    def _left(self, conversation: int) -> None:
        self.inbox.remove(conversation)
        stream = self.streams.pop(conversation, None)
        if stream is not None:
            stream.end()
        self.timelines.pop(conversation, None)
        self.opened.discard(conversation)
        self._emit("inbox", conversation)

    def _jump(self, state: wire.ConversationState) -> None:
        """Take the server's row as it is; entries up to its head are not coming any more."""
        stream = self._stream(state.conversation)
        if state.conversation in self.timelines and (stream.held or 0) < state.head_seq:
            self.timelines[state.conversation].clear()
        self.inbox.replace(state)
        stream.jump(state.head_seq)

    # Catching up

    def _caught_up(self, found: CaughtUp) -> None:
        personal = self.connection.welcome.personal if self.connection.welcome else 0
        states = {state.conversation: state for state in found.states}
        # One's own timeline first: it may tell of leaving what the rows, read later, show again.
        for conversation in sorted(states, key=lambda each: each != personal):
            self._catch_up(states[conversation], found.deltas.get(conversation))
        gone = set(self.inbox.rows) - set(states) if found.full else set(found.gone)
        for conversation in gone:
            self._left(conversation)
        self.synced = True
        for stream in list(self.streams.values()):
            stream.resume()
        self._emit("synced", None)

    def _catch_up(self, state: wire.ConversationState, delta: Any) -> None:
        stream = self._stream(state.conversation)
        if delta is not None and delta.complete and stream.held is not None:
            stream.receive_all([event for event in delta.events if isinstance(event, DurableEvent)])
        if stream.held is not None and stream.held < state.head_seq and self._worth_fetching(state, stream.held):
            self.inbox.replace(state)
            stream.see_head(state.head_seq)
        elif stream.held is None or stream.held < state.head_seq:
            self._too_far.discard(state.conversation)
            self._jump(state)
        elif stream.held == state.head_seq:
            self.inbox.replace(state)
        else:
            self.inbox.read(state.conversation, state.read_number)
        if state.delivered_seq < state.head_seq:
            self.acks.note(state.conversation, stream.held or 0)
        self._emit("inbox", state.conversation)

    def _worth_fetching(self, state: wire.ConversationState, held: int) -> bool:
        """Whether a gap that was too long for the sync is fetched entry by entry. One's own timeline never: the rows tell."""
        near = state.head_seq - held <= MAX_GAP and state.conversation not in self._too_far
        return self.every_entry and near and state.kind != "personal" and not self._hinted(state.conversation)

    def _emit(self, topic: str, value: Any) -> None:
        for observer in list(self._observers.get(topic, ())):
            try:
                observer(value)
            except Exception:
                log.exception("an observer of %s failed", topic)


def _ignore(answer: Answer | msgspec.Struct) -> None:
    """For requests that the next reconnect or repetition heals."""
    if isinstance(answer, ParleyError):
        log.debug("a request failed: %s", answer)
