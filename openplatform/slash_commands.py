"""The slash commands of apps: those of every app that is at work and for its caller. The app is asked what they do."""

from collections.abc import Iterable
from functools import partial

from accounts.actor import Actor
from chat.slash import Answer, Call, Command, source
from openplatform import selectors
from openplatform.models import Interaction
from openplatform.services import interactions
from openplatform.services.interactions import Use


@source
def list_app_commands(actor: Actor) -> Iterable[Command]:
    """The commands that the actor may use."""
    for each in selectors.list_commands(actor):
        yield Command(
            name=each.name,
            usage=each.usage,
            help_en=f"{each.help_en} ({each.app.name})",
            help_zh=f"{each.help_zh or each.help_en}（{each.app.name}）",
            run=partial(_run, each.app_id),
        )


def _run(app: int, call: Call) -> Answer:
    use = Use(
        call.conversation, Interaction.Kind.COMMAND, call.client_key, facts={"command": call.name, "text": call.rest}
    )
    done = interactions.ask(actor=call.actor, app=app, use=use)
    return Answer(text=done.text, conversation=call.conversation if done.seq else 0, seq=done.seq, modal=done.modal)
