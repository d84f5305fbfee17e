"""Presses on cards: the registry that each room's ``card_answers.py`` fills, and the check of what was pressed.

Who answers is named by the card's ``handler``, which only the server sets. What an answer does is not here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeVar

import msgspec

from accounts.actor import Actor
from chat.models import Entry
from chat.selectors.readers import find_seen
from protocol import errors
from protocol.cards import (
    Button,
    CardBody,
    Control,
    DateInput,
    Field,
    FormBlock,
    MultiSelect,
    OpenedModal,
    Select,
    TextInput,
    controls_of,
)


class CardAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a press: ``done``, or ``sent`` to an app that answers later. ``message`` is for the presser alone."""

    state: Literal["done", "sent"]
    message: str = ""
    #: A dialog that an app opened by its answer.
    modal: OpenedModal | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """One use of a control, checked against the card. ``value`` of a control, ``values`` of a form by their actions."""

    actor: Actor
    message: Entry
    action: str
    client_key: str
    value: str | list[str] = ""
    values: Mapping[str, str | list[str]] = field(default_factory=dict)


Answer = Callable[[Press], CardAnswer]
T = TypeVar("T", str, list[str])
#: Who answers cards that name nobody: the app whose bot posted them.
APP = "app"
_answers: dict[str, Answer] = {}


def answers(handler: str) -> Callable[[Answer], Answer]:
    """Register the decorated function for cards of ``handler``. Raises ValueError when the name is taken."""

    def register(answer: Answer) -> Answer:
        if handler in _answers:
            raise ValueError(f"cards of {handler} are answered already")
        _answers[handler] = answer
        return answer

    return register


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client sent: which control, with which value or values."""

    action: str
    value: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)


def press(*, actor: Actor, conversation: int, seq: int, client_key: str, asked: Asked) -> CardAnswer:
    """Hand a press to whoever answers the card. Raises Forbidden not_a_member, NotFound, Conflict, BadRequest."""
    message = find_seen(actor.user, conversation, seq)
    if message.recalled_at is not None:
        raise errors.Conflict("The message was recalled.", details={"rule": "recalled"})
    if message.kind != "card":
        raise errors.BadRequest("That message is no card.", details={"path": "seq"})
    value, values = check(message.body, asked)
    answer = _answers.get(str(message.body.get("handler") or APP))
    if answer is None:
        raise no_handler()
    return answer(Press(actor, message, asked.action, client_key, value, values))


def check(body: Mapping[str, Any], asked: Asked) -> tuple[str | list[str], dict[str, str | list[str]]]:
    """The value and the values of a press on the card ``body``, as the card allows them. Raises BadRequest, Conflict."""
    try:
        controls = controls_of(msgspec.convert(body, CardBody))
    except (msgspec.ValidationError, KeyError):
        raise errors.Conflict("That card cannot be used.", details={"rule": "card"}) from None
    if asked.action not in controls:
        raise errors.BadRequest("The card has no such action now.", details={"path": "action", "known": list(controls)})
    return _checked(controls[asked.action][1], asked)


def check_fields(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """What was put into fields, as they allow it. Raises BadRequest with the path ``values.<action>``."""
    known = {each.action: each for each in fields}
    for name in given:
        if name not in known:
            raise _refused("The form has no such field.", f"values.{name[:64]}")
    return {name: _value(each, given.get(name), f"values.{name}") for name, each in known.items()}


def no_handler() -> errors.Conflict:
    """There is nobody to whom a press could be handed."""
    return errors.Conflict("Nobody answers this card.", details={"rule": "no_handler"})


def _checked(control: Control | FormBlock, asked: Asked) -> tuple[str | list[str], dict[str, str | list[str]]]:
    if isinstance(control, FormBlock):
        return "", check_fields(control.elements, asked.values)
    if isinstance(control, Button):
        return control.value, {}
    return _value(control, asked.value, "value"), {}


def _value(control: Field, given: Any, path: str) -> str | list[str]:
    """The value, as the control allows it."""
    if isinstance(control, MultiSelect):
        chosen = [] if given in (None, "") else given
        if not isinstance(chosen, list) or not all(isinstance(each, str) for each in chosen):
            raise _refused("A list of values is wanted.", path)
        if unknown := set(chosen) - {option.value for option in control.options}:
            raise _refused(f"{min(unknown)[:80]!r} is none of the options.", path)
        return _there(list(dict.fromkeys(chosen)), control, path)
    text = "" if given is None else given
    if not isinstance(text, str):
        raise _refused("A text is wanted.", path)
    if isinstance(control, Select) and text and text not in {option.value for option in control.options}:
        raise _refused(f"{text[:80]!r} is none of the options.", path)
    if isinstance(control, DateInput) and text and not _is_date(text):
        raise _refused("A day such as 2026-11-23 is wanted.", path)
    if isinstance(control, TextInput) and len(text) > control.max_length:
        raise _refused(f"It may have {control.max_length} characters; this has {len(text)}.", path)
    return _there(text, control, path)


def _there(value: T, control: Field, path: str) -> T:
    if control.required and not value:
        raise _refused("It may not be empty.", path)
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refused(message: str, path: str) -> errors.BadRequest:
    return errors.BadRequest(message, details={"path": path})
