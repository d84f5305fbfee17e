"""Messages: history, gaps, send, edit, recall, react. A write's Idempotency-Key is the message's ``client_key``."""

import uuid
from typing import cast

from django.http import HttpResponse

from chat import selectors
from chat.services import messages, previews
from chat.timeline import Outcome
from openplatform.api import wire
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import EditBody, EntriesQuery, HistoryQuery, SendBody
from protocol import bodies, errors
from protocol.events import AnyEvent
from protocol.frames import Emoji
from protocol.replies import Accepted, TimelineEntries, TimelinePage


class MessagesView(Door):
    """The messages of a conversation."""

    @operation("messages.list", scope="messages:read", query=HistoryQuery, answer=TimelinePage)
    def get(self, *, conversation: int, query: HistoryQuery) -> TimelinePage:
        """A page of what people see, oldest first: messages in their present state and notices about members."""
        found = selectors.list_history(
            self.actor.user,
            conversation,
            before=query.before,
            after=query.after,
            around=query.around,
            limit=query.limit,
            thread_root=query.thread_root,
        )
        return TimelinePage(
            id=0,
            conversation=conversation,
            events=cast(list[AnyEvent], found.events),
            head_seq=found.head_seq,
            has_older=found.has_older,
            has_newer=found.has_newer,
        )

    @operation(
        "messages.send", scope="messages:write", body=SendBody, answer=Accepted, status=201, also=(200,), key="passed"
    )
    def post(self, *, conversation: int, body: SendBody, key: str) -> HttpResponse:
        """Say something. 201 when it is stored, 200 when it already was under the same key.

        Without a key each request is a new message, so a retry may double it: send one.
        """
        bodies.check(body.body)
        outcome = messages.send(
            actor=self.actor,
            conversation=conversation,
            client_key=choose_key(key, body.client_key),
            kind=body.kind,
            body=body.body,
            reply_to=body.reply_to,
            thread_root=body.thread_root,
            mentions=body.mentions,
            mentions_all=body.mentions_all,
            urgent=body.urgent,
        )
        return wire.encode(accepted(outcome), 200 if outcome.duplicate else 201)


class EntriesView(Door):
    """The timeline itself."""

    @operation("entries.list", scope="messages:read", query=EntriesQuery, answer=TimelineEntries)
    def get(self, *, conversation: int, query: EntriesQuery) -> TimelineEntries:
        """The entries that you miss, in seq order, as events. Too many: ``snapshot_required``, take the history."""
        found = selectors.list_entries(
            self.actor.user, conversation, after=query.after, until=query.until, limit=query.limit
        )
        return TimelineEntries(
            id=0,
            conversation=conversation,
            events=cast(list[AnyEvent], found.events),
            head_seq=found.head_seq,
            more=found.more,
            snapshot_required=found.snapshot_required,
        )


class MessageView(Door):
    """One message, by its seq."""

    @operation("messages.edit", scope="messages:write", body=EditBody, answer=Accepted, key="passed", fails=(404,))
    def patch(self, *, conversation: int, seq: int, body: EditBody, key: str) -> Accepted:
        """Replace the body of your own message."""
        bodies.check(body.body)
        outcome = messages.edit(
            actor=self.actor,
            conversation=conversation,
            client_key=choose_key(key, body.client_key),
            target=seq,
            body=body.body,
            mentions=body.mentions,
            mentions_all=body.mentions_all,
        )
        return accepted(outcome)

    @operation("messages.recall", scope="messages:write", answer=Accepted, key="passed", fails=(404,))
    def delete(self, *, conversation: int, seq: int, key: str) -> Accepted:
        """Withdraw a message for everybody; a tombstone stays."""
        outcome = messages.recall(actor=self.actor, conversation=conversation, client_key=choose_key(key), target=seq)
        return accepted(outcome)


class ReactionView(Door):
    """The actor's reaction with one emoji under one message."""

    @operation("reactions.add", scope="reactions:write", answer=Accepted, key="passed", fails=(400, 404))
    def put(self, *, conversation: int, seq: int, emoji: str, key: str) -> Accepted:
        """Put an emoji under a message. There already: nothing new is written."""
        return self._react(conversation, seq, emoji, key, on=True)

    @operation("reactions.remove", scope="reactions:write", answer=Accepted, key="passed", fails=(400, 404))
    def delete(self, *, conversation: int, seq: int, emoji: str, key: str) -> Accepted:
        """Take the emoji back. Not there: nothing new is written."""
        return self._react(conversation, seq, emoji, key, on=False)

    def _react(self, conversation: int, seq: int, emoji: str, key: str, *, on: bool) -> Accepted:
        outcome = messages.react(
            actor=self.actor,
            conversation=conversation,
            client_key=choose_key(key),
            target=seq,
            emoji=wire.convert(emoji, Emoji, "emoji"),
            on=on,
        )
        return accepted(outcome)


class PreviewsView(Door):
    """What the links of a message lead to, shown below it."""

    @operation("previews.remove", scope="messages:write", answer=Accepted, key="passed", fails=(404,))
    def delete(self, *, conversation: int, seq: int, key: str) -> Accepted:
        """Take the previews of your own message away. There are none: nothing new is written."""
        return accepted(
            previews.remove(actor=self.actor, conversation=conversation, seq=seq, client_key=choose_key(key))
        )


def choose_key(header: str, body: str = "") -> str:
    """The key of a write: from the header or the body, or a new one."""
    if header and body and header != body:
        raise errors.BadRequest("Idempotency-Key and client_key differ.", details={"path": "client_key"})
    return header or body or uuid.uuid4().hex


def accepted(outcome: Outcome) -> Accepted:
    """What became of a write, as the socket would tell it."""
    return Accepted(
        id=0,
        conversation=outcome.conversation,
        seq=outcome.seq,
        at=outcome.at,
        number=outcome.number,
        client_key=outcome.client_key,
        duplicate=outcome.duplicate,
    )
