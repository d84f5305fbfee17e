"""One table: frame type → what is done about it. The rules are in ``chat.services``; this only finds the right one.

Three kinds of command, so that no frame waits for another's database: *writes* make a draft and join the next commit;
*reads* run in a read lane, where their answer is encoded too; the rest is done at once on the loop.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from accounts import selectors as people
from accounts.actor import Actor
from chat import policy, presence, relay, selectors
from chat.realtime.gateway import Gateway
from chat.realtime.session import failure
from chat.realtime.topic import Follower, Topic
from chat.services import conversations, messages
from chat.services.receipts import Mark
from chat.timeline import Draft, Outcome
from protocol import errors, frames, limits
from protocol.codec import Codec
from protocol.events import TypingStarted, TypingStopped
from protocol.replies import (
    Accepted,
    ConversationPage,
    Done,
    InboxPage,
    PeoplePage,
    PongReply,
    PresencePage,
    ServerFrame,
    TimelineEntries,
    TimelinePage,
)

log = logging.getLogger(__name__)
F = TypeVar("F")


@dataclass(slots=True)
class Call:
    """A request and whoever asked it. Exactly one of ``answer``, ``fail`` and ``committed`` is called in the end."""

    gateway: Gateway
    actor: Actor
    follower: Follower
    codec: Codec
    frame: Any
    send: Callable[[bytes], None]

    def answer(self, reply: ServerFrame) -> None:
        """The answer."""
        self.send(self.codec.encode(reply))

    def done(self) -> None:
        """It is done."""
        self.answer(Done(id=self.frame.id))

    def fail(self, problem: BaseException) -> None:
        """It failed; what is not meant for clients is logged and said in general words."""
        if not isinstance(problem, errors.ParleyError):
            log.error("%s failed", type(self.frame).__name__, exc_info=problem)
            problem = errors.Unavailable("Parley failed; the same request may be sent again.", code="internal")
        self.answer(failure(self.frame.id, problem))

    def committed(self, outcome: Outcome | errors.ParleyError) -> None:
        """What became of a draft."""
        problem = outcome if isinstance(outcome, errors.ParleyError) else outcome.error
        if problem is not None:
            self.fail(problem)
        elif isinstance(outcome, Outcome):
            self.answer(
                Accepted(
                    id=self.frame.id,
                    conversation=outcome.conversation,
                    seq=outcome.seq,
                    at=outcome.at,
                    number=outcome.number,
                    client_key=outcome.client_key,
                    duplicate=outcome.duplicate,
                )
            )

    def stored(self, problem: errors.ParleyError | None) -> None:
        """A position was stored, or refused."""
        if problem is None:
            self.done()
        else:
            self.fail(problem)


Command = Callable[[Call], None]


def run(call: Call) -> None:
    """Do what the frame asks. Never raises."""
    try:
        if refused := policy.has_scope(call.actor, SCOPES[type(call.frame)]):
            raise refused
        COMMANDS[type(call.frame)](call)
    except Exception as problem:
        call.fail(problem)


def _write(draft_of: Callable[[Actor, Any], Draft]) -> Command:
    def command(call: Call) -> None:
        call.gateway.writer.submit(draft_of(call.actor, call.frame), call.committed)

    return command


def _read(reply_of: Callable[[Actor, Any], ServerFrame]) -> Command:
    def work(call: Call) -> bytes:
        return call.codec.encode(reply_of(call.actor, call.frame))

    def command(call: Call) -> None:
        def finished(future: "asyncio.Future[bytes]") -> None:
            if future.cancelled():
                return
            problem = future.exception()
            if problem is not None:
                call.fail(problem)
            else:
                call.send(future.result())

        call.gateway.lanes.read(work, call).add_done_callback(finished)

    return command


def _draft_send(actor: Actor, frame: frames.MessageSend) -> Draft:
    return messages.draft_send(
        actor=actor,
        conversation=frame.conversation,
        client_key=frame.client_key,
        kind=frame.kind,
        body=frame.body,
        reply_to=frame.reply_to,
        thread_root=frame.thread_root,
        mentions=frame.mentions,
        mentions_all=frame.mentions_all,
        urgent=frame.urgent,
    )


def _draft_edit(actor: Actor, frame: frames.MessageEdit) -> Draft:
    return messages.draft_edit(
        actor=actor,
        conversation=frame.conversation,
        client_key=frame.client_key,
        target=frame.target,
        body=frame.body,
        mentions=frame.mentions,
        mentions_all=frame.mentions_all,
    )


def _draft_recall(actor: Actor, frame: frames.MessageRecall) -> Draft:
    return messages.draft_recall(
        actor=actor, conversation=frame.conversation, client_key=frame.client_key, target=frame.target
    )


def _draft_reaction(actor: Actor, frame: frames.ReactionAdd | frames.ReactionRemove) -> Draft:
    return messages.draft_reaction(
        actor=actor,
        conversation=frame.conversation,
        client_key=frame.client_key,
        target=frame.target,
        emoji=frame.emoji,
        on=isinstance(frame, frames.ReactionAdd),
    )


def _for_members(then: Callable[[Call, Topic], None]) -> Command:
    """A command on a conversation that the session follows: membership without a query.

    One that it does not follow is looked up once: it may have been made a moment ago, its event still on the way.
    """

    def command(call: Call) -> None:
        hub, conversation = call.gateway.hub, call.frame.conversation
        if hub.follows(call.follower, conversation):
            then(call, hub.by_conversation[conversation])
            return
        began = call.gateway.loop.time()

        def found(future: "asyncio.Future[selectors.Subscription]") -> None:
            if future.cancelled() or call.follower not in call.gateway.peers:
                return
            try:
                call.gateway.subscribe(call.follower, future.result(), began)
                if not hub.follows(call.follower, conversation):
                    raise errors.Forbidden("You have left that conversation.", code="not_a_member")
                then(call, hub.by_conversation[conversation])
            except Exception as problem:
                call.fail(problem)

        reading = call.gateway.lanes.read(selectors.get_subscription, call.actor.user, conversation)
        reading.add_done_callback(found)

    return command


def _mark(call: Call, topic: Topic) -> None:
    frame: frames.ReceiptMark = call.frame
    mark = Mark(actor=call.actor, conversation=frame.conversation, read_number=frame.read_number)
    call.gateway.receipts.put((call.actor.user, frame.conversation), mark, call.stored)


def _typing(call: Call, topic: Topic) -> None:
    frame: frames.TypingStart | frames.TypingStop = call.frame
    # Nobody reads who types in a crowd, and telling it would cost more than the messages.
    if not topic.large:
        shape = TypingStarted if isinstance(frame, frames.TypingStart) else TypingStopped
        relay.publish_ephemeral(topic.name, shape(conversation=frame.conversation, user=call.actor.user))
    call.done()


def _open(call: Call, topic: Topic) -> None:
    if call.gateway.hub.opened(call.follower) >= limits.MAX_OPEN:
        raise errors.Conflict(f"A session may hold {limits.MAX_OPEN} conversations open.")
    call.gateway.hub.open(call.follower, call.frame.conversation)
    call.done()


def _close(call: Call, topic: Topic) -> None:
    call.gateway.hub.close(call.follower, call.frame.conversation)
    call.done()


def _open_direct(actor: Actor, frame: frames.DirectOpen) -> ServerFrame:
    conversation = conversations.open_direct(actor=actor, user=frame.user)
    return ConversationPage(id=frame.id, state=selectors.get_state(actor.user, conversation.pk))


def _get_people(actor: Actor, frame: frames.PeopleGet) -> ServerFrame:
    return PeoplePage(id=frame.id, people=people.get_people(frame.users))


def _watch(call: Call) -> None:
    """Watch first, read then: a change between the two is told."""
    hub, wanted = call.gateway.hub, {f"presence.{user}" for user in call.frame.users}
    for topic in [each.name for each in call.follower.topics if each.name.startswith("presence.")]:
        if topic not in wanted:
            hub.unsubscribe(call.follower, topic)
    for topic in wanted:
        hub.subscribe(call.follower, topic)
    _get_presence(call)


def _list_entries(actor: Actor, frame: frames.TimelineSync) -> ServerFrame:
    found = selectors.list_entries(actor.user, frame.conversation, frame.after, frame.until, frame.limit)
    return _as_reply(TimelineEntries, found, frame.id, conversation=frame.conversation)


def _list_history(actor: Actor, frame: frames.TimelineHistory) -> ServerFrame:
    found = selectors.list_history(
        actor.user,
        frame.conversation,
        before=frame.before,
        after=frame.after,
        around=frame.around,
        limit=frame.limit,
        thread_root=frame.thread_root,
    )
    return _as_reply(TimelinePage, found, frame.id, conversation=frame.conversation)


def _list_inbox(actor: Actor, frame: frames.InboxSync) -> ServerFrame:
    return _as_reply(InboxPage, selectors.list_inbox(actor.user, frame.positions, frame.cursor), frame.id)


def _as_reply(shape: type[ServerFrame], found: object, request: int, **more: int) -> ServerFrame:
    """A selector's result as the reply with the same fields."""
    fields = {name: getattr(found, name) for name in shape.__struct_fields__ if hasattr(found, name)}
    return shape(id=request, **(fields | more))


_get_presence = _read(
    lambda actor, frame: PresencePage(id=frame.id, statuses=presence.get_statuses(frame.users)),
)

COMMANDS: dict[type[msgspec.Struct], Command] = {
    frames.Ping: lambda call: call.answer(PongReply(id=call.frame.id, now=time.time_ns() // 1_000_000)),
    frames.MessageSend: _write(_draft_send),
    frames.MessageEdit: _write(_draft_edit),
    frames.MessageRecall: _write(_draft_recall),
    frames.ReactionAdd: _write(_draft_reaction),
    frames.ReactionRemove: _write(_draft_reaction),
    frames.ReceiptMark: _for_members(_mark),
    frames.TypingStart: _for_members(_typing),
    frames.TypingStop: _for_members(_typing),
    frames.PresenceGet: _watch,
    frames.PeopleGet: _read(_get_people),
    frames.ConversationOpen: _for_members(_open),
    frames.ConversationClose: _for_members(_close),
    frames.DirectOpen: _read(_open_direct),
    frames.TimelineSync: _read(_list_entries),
    frames.TimelineHistory: _read(_list_history),
    frames.InboxSync: _read(_list_inbox),
}

#: What an app's token needs for each frame; "": any that may open a socket. The scopes' sentences are openplatform's.
SCOPES: dict[type[msgspec.Struct], str] = {
    frames.Ping: "",
    frames.MessageSend: "messages:write",
    frames.MessageEdit: "messages:write",
    frames.MessageRecall: "messages:write",
    frames.ReactionAdd: "reactions:write",
    frames.ReactionRemove: "reactions:write",
    frames.ReceiptMark: "receipts:write",
    frames.TypingStart: "messages:write",
    frames.TypingStop: "messages:write",
    frames.PresenceGet: "presence:read",
    frames.PeopleGet: "users:read",
    frames.ConversationOpen: "",
    frames.ConversationClose: "",
    frames.DirectOpen: "conversations:write",
    frames.TimelineSync: "messages:read",
    frames.TimelineHistory: "messages:read",
    frames.InboxSync: "messages:read",
}
