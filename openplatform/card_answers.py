"""Presses on cards that apps posted: the app is asked what they do."""

from chat.card_actions import APP, CardAnswer, Press, answers, no_handler
from openplatform.models import Interaction
from openplatform.services import interactions
from openplatform.services.interactions import Use


@answers(APP)
def answer_app(press: Press) -> CardAnswer:
    """Whose bot posted it is asked."""
    message = press.message
    installed = interactions.installation_of(message.sender_id)
    if installed is None:
        raise no_handler()
    facts = {"action": press.action, "value": press.value, "values": dict(press.values), "card": message.body}
    use = Use(message.conversation_id, Interaction.Kind.ACTION, press.client_key, seq=message.seq, facts=facts)
    done = interactions.ask(actor=press.actor, app=installed.app_id, use=use)
    return CardAnswer(state="done", message=done.text, modal=done.modal)
