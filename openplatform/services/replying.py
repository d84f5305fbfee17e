"""What an app's reply does: says something to one person or to the conversation, redraws or takes away the card that was
used, opens a dialog. In the name of the app's bot, which must be in the conversation to speak there.
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from accounts.actor import SYSTEM, Actor
from chat.models import Entry
from chat.selectors.access import is_member
from chat.services import messages
from openplatform.models import Installation, Interaction, Whisper
from openplatform.services import modals, whispers
from openplatform.services.speaking import Reply
from protocol import errors
from protocol.cards import OpenedModal


@dataclass(frozen=True, slots=True)
class Done:
    """What the user is told at once: a text for him alone, where something was said, a dialog, errors of one."""

    text: str = ""
    seq: int = 0
    whisper: int = 0
    modal: OpenedModal | None = None
    errors: dict[str, str] = field(default_factory=dict)


def carry_out(row: Interaction, installed: Installation, reply: Reply, *, late: bool = False) -> Done:
    """Do it. ``late``: nobody waits, so what is for the caller alone is whispered. Raises a ParleyError."""
    content = _content(reply)
    opens = reply.modal is not None and row.kind != Interaction.Kind.CLOSED
    opened = modals.open_for(row, reply.modal or {}) if opens else None
    shown = OpenedModal(modal=opened.pk, app=row.app_id, body=modals.shown(opened)) if opened else None
    if reply.delete:
        _take_away(row, installed)
    if content is None:
        return Done(modal=shown, errors=dict(reply.errors))
    if reply.replace and (row.seq or row.whisper):
        return _redraw(row, installed, content, reply, shown)
    if reply.to == "conversation" and _may_speak(installed, row.conversation):
        said = messages.send(
            actor=_bot(installed),
            conversation=row.conversation,
            client_key=_key(row),
            kind=content[0],
            body=content[1],
        )
        return Done(seq=said.seq, modal=shown)
    if content[0] == "text" and not late:
        return Done(text=whispers.checked(*content)["text"], modal=shown, errors=dict(reply.errors))
    told = whispers.put(app=row.app_id, conversation=row.conversation, user=row.user_id, content=content)
    return Done(whisper=told.pk, modal=shown)


def kept(done: Done) -> dict[str, Any]:
    """As the interaction's row keeps it."""
    plain: dict[str, Any] = msgspec.to_builtins(done)
    return plain


def again(row: Interaction) -> Done:
    """What was told, once more."""
    return msgspec.convert(row.told, Done)


def _content(reply: Reply) -> tuple[str, dict[str, Any]] | None:
    if reply.card is not None:
        return "card", reply.card
    return ("text", {"text": reply.text}) if reply.text.strip() else None


def _redraw(
    row: Interaction,
    installed: Installation,
    content: tuple[str, dict[str, Any]],
    reply: Reply,
    shown: OpenedModal | None,
) -> Done:
    """In the place of what was used."""
    if row.whisper and not (row.seq and reply.to == "conversation"):
        place = {"target": row.seq, "whisper": row.whisper}
        whispers.put(app=row.app_id, conversation=row.conversation, user=row.user_id, content=content, **place)
        return Done(whisper=row.whisper, modal=shown)
    if reply.to == "caller":
        told = whispers.put(
            app=row.app_id, conversation=row.conversation, user=row.user_id, content=content, target=row.seq
        )
        return Done(whisper=told.pk, modal=shown)
    _require_own(row, installed)
    body = whispers.checked("card", content[1] if content[0] == "card" else {"title": reply.text[:200]})
    # By the server, as a card may be redrawn long after people may edit what they said.
    messages.edit(actor=SYSTEM, conversation=row.conversation, client_key=_key(row), target=row.seq, body=body)
    return Done(seq=row.seq, modal=shown)


def _take_away(row: Interaction, installed: Installation) -> None:
    if row.whisper:
        found = Whisper.objects.select_related("app").filter(pk=row.whisper, app=row.app_id).first()
        if found is not None:
            whispers.end(found)
    elif row.seq:
        _require_own(row, installed)
        messages.recall(actor=SYSTEM, conversation=row.conversation, client_key=_key(row), target=row.seq)


def _require_own(row: Interaction, installed: Installation) -> None:
    """The message is the app's, and its bot is still there."""
    mine = Entry.objects.filter(pk=(row.conversation, row.seq), sender=installed.app.bot_id).exists()
    if not mine or not _may_speak(installed, row.conversation):
        raise errors.Forbidden("That is no message that the app may change.", details={"rule": "own_message"})


def _may_speak(installed: Installation, conversation: int) -> bool:
    bot = installed.app.bot_id
    return bot is not None and whispers.SCOPE in installed.scopes and is_member(bot, conversation)


def _bot(installed: Installation) -> Actor:
    return Actor(
        user=installed.app.bot_id or 0,
        name=installed.app.name,
        device=installed.device_id,
        app=installed.app_id,
        scopes=frozenset(installed.scopes),
    )


def _key(row: Interaction) -> str:
    """Each reply to an interaction says its own."""
    return f"interaction-{row.pk}-{row.uses_left}"
