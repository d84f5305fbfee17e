"""Who of ``chat`` answers presses on its cards: polls."""

from chat.card_actions import CardAnswer, Press, answers
from chat.services import polls


@answers(polls.HANDLER)
def answer_poll(press: Press) -> CardAnswer:
    """A vote, or the end of the voting."""
    where = {"conversation": press.message.conversation_id, "seq": press.message.seq}
    if press.action == polls.CLOSE:
        polls.close(actor=press.actor, **where, client_key=press.client_key)
    else:
        polls.vote(actor=press.actor, **where, option=int(str(press.value)), client_key=press.client_key)
    return CardAnswer(state="done")
