"""Forwarding of messages, and presses on cards."""

from chat import card_actions
from chat.card_actions import Asked, CardAnswer
from chat.services import forwarding
from openplatform.api.door import Door
from openplatform.api.fact_shapes import AcceptedList, ActionBody, ForwardBody
from openplatform.api.messages import accepted, choose_key
from openplatform.api.operation import operation


class ForwardView(Door):
    """Messages of elsewhere, said here again."""

    cost = 5.0  # up to a hundred messages in one request

    @operation(
        "messages.forward", scope="messages:write", body=ForwardBody, answer=AcceptedList, key="passed", fails=(404,)
    )
    def post(self, *, conversation: int, body: ForwardBody, key: str) -> AcceptedList:
        """Forward messages that you may see, all or none. The server copies them; the same key again changes nothing."""
        done = forwarding.forward(
            actor=self.actor,
            conversation=conversation,
            client_key=choose_key(key, body.client_key),
            wanted=forwarding.Wanted(body.source, tuple(body.messages), body.merged, body.comment),
        )
        return AcceptedList(accepted=[accepted(each) for each in done])


class ActionView(Door):
    """The controls of one card."""

    @operation("cards.act", scope="commands:use", body=ActionBody, answer=CardAnswer, key="passed", fails=(404,))
    def post(self, *, conversation: int, seq: int, body: ActionBody, key: str) -> CardAnswer:
        """Use a control of a card: press a button, choose, send a form. What changes comes as an edit of the message."""
        return card_actions.press(
            actor=self.actor,
            conversation=conversation,
            seq=seq,
            client_key=choose_key(key, body.client_key),
            asked=Asked(body.action, body.value, body.values),
        )
