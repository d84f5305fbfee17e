"""How an app is asked and answers: the question and the reply in no dialect, and the registry of dialects.

``standard`` posts the question as JSON, signed by Standard Webhooks, and reads a ``Reply``. Another dialect registers a
function that asks however its apps expect it. Who may use what, and what a reply does, is ``interactions``'.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from accounts.models import User
from chat.models import Conversation
from openplatform import conf
from openplatform.models import App, Interaction, Interactivity
from openplatform.services import wires

#: Where a reply may be sent later, below the server's address.
RESPONSES = "/api/v1/responses/"


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an app answers, at once or later; empty: nothing.

    ``text`` (Markdown) or a ``card`` is said ``to`` the caller alone or in the conversation; with ``replace`` in the place
    of the card that was used: for everybody, or (``to`` caller) for its user alone. ``delete`` takes that card away.
    ``modal`` opens a dialog or, answering a dialog, is its next content; ``errors`` of a dialog are by field.
    """

    text: Annotated[str, Meta(max_length=20_000)] = ""
    card: dict[str, Any] | None = None
    to: Literal["caller", "conversation"] = "caller"
    replace: bool = False
    delete: bool = False
    modal: dict[str, Any] | None = None
    errors: Annotated[dict[str, Annotated[str, Meta(max_length=300)]], Meta(max_length=50)] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """One use of a command, a card or a dialog, as an app is asked about it.

    ``command`` and ``text`` of a command; ``action`` with ``value`` or ``values`` of a card; ``modal`` (a body) with
    ``values`` of a dialog. ``card``: the body that was used. ``response`` and ``trigger``: the secrets in clear.
    """

    row: Interaction
    app: App
    user: User
    conversation: Conversation
    response: str
    trigger: str
    command: str = ""
    text: str = ""
    action: str = ""
    value: str | list[str] = ""
    values: dict[str, str | list[str]] | None = None
    card: dict[str, Any] | None = None
    modal: dict[str, Any] | None = None

    @property
    def id(self) -> str:
        """The same in every attempt."""
        return f"int_{self.row.pk}"

    @property
    def response_url(self) -> str:
        """Where the app may reply later, in our words."""
        return conf.absolute(RESPONSES + self.response)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back. ``reason``: why it counts as failed."""

    reply: Reply
    status: int = 0
    ms: int = 0
    reason: str = ""


Dialect = Callable[[Interactivity, Question], Heard]
_dialects: dict[str, Dialect] = {}


def speaks(name: str) -> Callable[[Dialect], Dialect]:
    """Register the decorated function as how apps of dialect ``name`` are asked. Raises ValueError when it is taken."""

    def register(dialect: Dialect) -> Dialect:
        if name in _dialects:
            raise ValueError(f"{name} is spoken already")
        _dialects[name] = dialect
        return dialect

    return register


def ask(where: Interactivity, question: Question) -> Heard:
    """Ask, in the words that the app wants; whatever goes wrong is told, never raised."""
    return _dialects.get(where.signature, standard)(where, question)


@speaks("standard")
def standard(where: Interactivity, question: Question) -> Heard:
    """Our own words. The answer is a ``Reply`` as JSON, or nothing."""
    tried = wires.post(where, question.id, msgspec.json.encode(told(question)))
    if tried.reason:
        return Heard(Reply(), tried.status, tried.ms, tried.reason)
    if not tried.body.strip():
        return Heard(Reply(), tried.status, tried.ms)
    try:
        return Heard(msgspec.json.decode(tried.body, type=Reply), tried.status, tried.ms)
    except msgspec.MsgspecError as problem:
        return Heard(Reply(), tried.status, tried.ms, f"its answer is none: {problem}"[:200])


def told(question: Question) -> dict[str, Any]:
    """The question as JSON has it. docs/interactions.md"""
    row, person, there = question.row, question.user, question.conversation
    facts: dict[str, Any] = {
        "id": question.id,
        "type": row.kind,
        "app": row.app_id,
        "at": int(row.at.timestamp() * 1000),
        "user": {"id": person.pk, "username": person.username, "name": person.name, "locale": person.locale},
        "conversation": {"id": there.pk, "kind": there.kind, "title": there.title},
        "response_url": question.response_url,
        "trigger": question.trigger,
    }
    if row.kind == Interaction.Kind.COMMAND:
        return facts | {"command": question.command, "text": question.text}
    if question.modal is not None:
        shown = {"id": row.modal, "action": question.modal["action"], "state": question.modal.get("state", "")}
        return facts | {"modal": shown, "values": question.values or {}}
    facts |= {"action": question.action, "message": {"seq": row.seq, "whisper": row.whisper, "card": question.card}}
    return facts | ({"values": question.values} if question.values else {"value": question.value})
