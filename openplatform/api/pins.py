"""Pins of a conversation, and the confirmation of an urgent message."""

from chat import selectors
from chat.services import confirmations, pins
from openplatform.api.door import Door
from openplatform.api.fact_shapes import MessageList
from openplatform.api.messages import accepted, choose_key
from openplatform.api.operation import operation
from openplatform.api.shapes import CursorQuery
from protocol.replies import Accepted


class PinsView(Door):
    """All pinned messages."""

    @operation("pins.list", scope="messages:read", query=CursorQuery, answer=MessageList)
    def get(self, *, conversation: int, query: CursorQuery) -> MessageList:
        """The pinned messages, the newest pin first."""
        found = selectors.list_pins(self.actor.user, conversation, cursor=query.cursor, limit=query.limit)
        return MessageList(messages=found.messages, next=found.next)


class PinView(Door):
    """The pin of one message."""

    @operation("pins.add", scope="pins:write", answer=Accepted, key="passed", fails=(404,))
    def put(self, *, conversation: int, seq: int, key: str) -> Accepted:
        """Pin a message for everybody. Pinned already: nothing new is written."""
        return self._pin(conversation, seq, key, on=True)

    @operation("pins.remove", scope="pins:write", answer=Accepted, key="passed", fails=(404,))
    def delete(self, *, conversation: int, seq: int, key: str) -> Accepted:
        """Take the pin away. Not there: nothing new is written."""
        return self._pin(conversation, seq, key, on=False)

    def _pin(self, conversation: int, seq: int, key: str, *, on: bool) -> Accepted:
        done = pins.pin(actor=self.actor, conversation=conversation, client_key=choose_key(key), target=seq, on=on)
        return accepted(done)


class ConfirmView(Door):
    """The actor's confirmation of one urgent message."""

    @operation("confirmations.add", scope="receipts:write", answer=Accepted, key="passed", fails=(404,))
    def post(self, *, conversation: int, seq: int, key: str) -> Accepted:
        """You have seen the urgent message. Confirmed already: nothing new is written."""
        done = confirmations.confirm(
            actor=self.actor, conversation=conversation, client_key=choose_key(key), target=seq
        )
        return accepted(done)
