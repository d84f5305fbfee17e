"""What a message of kind ``card`` may hold: the schema of cards, version 1. docs/cards.md shows it with examples.

A card is a title and blocks, top to bottom. Controls have an ``action``: the name under which a press reaches whoever
posted the card. Clients leave out blocks that they do not know, and show ``fallback`` when nothing is left. What is
tidied and which names must differ is decided in ``chat.kinds.card``.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

#: The versions of this schema that the server takes.
VERSIONS = (1,)

Name = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+\Z")]
Label = Annotated[str, Meta(max_length=80)]
Line = Annotated[str, Meta(max_length=200)]
Text = Annotated[str, Meta(max_length=4000)]
Value = Annotated[str, Meta(max_length=500)]
Date = Annotated[str, Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?\Z")]
Color = Literal["", "blue", "green", "yellow", "orange", "red", "purple", "teal", "grey"]


class Part(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"):
    """Base of blocks and controls; ``type`` says which."""


class Piece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of what blocks and controls are made of."""


class Confirm(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is asked before a press counts."""

    text: Annotated[str, Meta(min_length=1, max_length=300)]
    title: Label = ""


class Option(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One choice: what people read and what is sent."""

    text: Annotated[str, Meta(min_length=1, max_length=80)]
    value: Annotated[str, Meta(min_length=1, max_length=500)]


class Button(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="button"):
    """Sends ``value`` when pressed; with ``url`` it opens that address instead and sends nothing."""

    text: Annotated[str, Meta(min_length=1, max_length=80)]
    action: Name | Literal[""] = ""
    value: Value = ""
    style: Literal["", "primary", "danger"] = ""
    confirm: Confirm | None = None
    url: Annotated[str, Meta(max_length=2000, pattern=r"^(https?://[^\s]+)?\Z")] = ""


class Select(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="select"):
    """One of several; ``value`` is chosen beforehand."""

    action: Name
    options: Annotated[list[Option], Meta(min_length=1, max_length=100)]
    label: Label = ""
    placeholder: Label = ""
    value: Value = ""
    required: bool = False


class MultiSelect(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="multi_select"):
    """Any of several; sends a list of values."""

    action: Name
    options: Annotated[list[Option], Meta(min_length=1, max_length=100)]
    label: Label = ""
    placeholder: Label = ""
    value: Annotated[list[Value], Meta(max_length=100)] = []
    required: bool = False


class DateInput(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="date"):
    """A day, sent as ``2026-11-23``."""

    action: Name
    label: Label = ""
    value: Date = ""
    required: bool = False


class TextInput(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="input"):
    """A line of text, or several."""

    action: Name
    label: Label = ""
    placeholder: Label = ""
    value: Annotated[str, Meta(max_length=3000)] = ""
    multiline: bool = False
    max_length: Annotated[int, Meta(ge=1, le=3000)] = 1000
    required: bool = False


Field = Select | MultiSelect | DateInput | TextInput
Control = Button | Field


class TextBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="text"):
    """Markdown, as in a message."""

    text: Annotated[str, Meta(min_length=1, max_length=4000)]


class NoteBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="note"):
    """Small print, Markdown too."""

    text: Annotated[str, Meta(min_length=1, max_length=1000)]


class FieldPair(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A name and what it is; ``short`` ones may stand side by side."""

    label: Label
    text: Annotated[str, Meta(max_length=1000)]
    short: bool = False


class FieldsBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="fields"):
    """Names and what they are: a table of two columns."""

    fields: Annotated[list[FieldPair], Meta(min_length=1, max_length=20)]


class ImageBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="image"):
    """An uploaded picture; never an address elsewhere, which would tell who looks. ``alt`` says what is to be seen."""

    file: UUID
    alt: Line = ""


class DividerBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="divider"):
    """A line between two blocks."""


class ActionsBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="actions"):
    """Controls side by side, each sending its value as soon as it is used."""

    elements: Annotated[list[Control], Meta(min_length=1, max_length=20)]


class Submit(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The button that sends a form."""

    text: Annotated[str, Meta(min_length=1, max_length=80)]
    confirm: Confirm | None = None


class FormBlock(Part, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag="form"):
    """Controls whose values are sent together, under the form's ``action``, by its submit button."""

    action: Name
    elements: Annotated[list[Field], Meta(min_length=1, max_length=20)]
    submit: Submit


Block = TextBlock | NoteBlock | FieldsBlock | ImageBlock | DividerBlock | ActionsBlock | FormBlock


class CardBody(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A card. ``text`` stands above the blocks; ``fallback`` is the line for previews and clients without cards.

    ``handler`` names who of the server's own answers its presses; only the server sets it.
    """

    title: str
    version: Literal[1] = 1
    color: Color = ""
    text: str = ""
    blocks: Annotated[list[Block], Meta(max_length=50)] = []
    fallback: str = ""
    handler: Annotated[str, Meta(max_length=32, pattern=r"^[a-z_]*\Z")] = ""


ModalBlock = TextBlock | NoteBlock | FieldsBlock | ImageBlock | DividerBlock | Field


class ModalBody(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A dialog that an app opens for one person: blocks and fields, sent together by its ``submit`` button.

    ``action`` names it to its app, ``state`` is the app's own and never shown; without ``submit`` it can only be closed.
    ``tell_closed``: the app is told when it is closed unsent.
    """

    title: Annotated[str, Meta(min_length=1, max_length=80)]
    action: Name
    blocks: Annotated[list[ModalBlock], Meta(min_length=1, max_length=50)]
    submit: Label = ""
    close: Label = ""
    state: Annotated[str, Meta(max_length=3000)] = ""
    tell_closed: bool = False


class OpenedModal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A dialog that is open for somebody; ``modal`` is its id. ``body`` is a ``ModalBody`` without its ``state``."""

    modal: int
    app: int
    body: dict[str, Any]


def fields_of(modal: ModalBody) -> dict[str, tuple[str, Field]]:
    """Action → its path in the body and the field. Raises KeyError(path) for an action that another has."""
    found: dict[str, tuple[str, Field]] = {}
    for place, block in enumerate(modal.blocks):
        if isinstance(block, Select | MultiSelect | DateInput | TextInput):
            if block.action in found:
                raise KeyError(f"blocks[{place}].action")
            found[block.action] = (f"blocks[{place}]", block)
    return found


def controls_of(card: CardBody) -> dict[str, tuple[str, Control | FormBlock]]:
    """Action → its path in the body and what it is; the fields inside a form are the form's. Raises KeyError(path).

    The same name twice, or a button without one, makes presses ambiguous: the path of the second is raised.
    """
    found: dict[str, tuple[str, Control | FormBlock]] = {}
    for place, block in enumerate(card.blocks):
        here = f"blocks[{place}]"
        named: list[tuple[str, Control | FormBlock]] = []
        if isinstance(block, FormBlock):
            named = [(here, block)]
            inner = [each.action for each in block.elements]
            if len(set(inner)) < len(inner):
                raise KeyError(f"{here}.elements")
        elif isinstance(block, ActionsBlock):
            named = [(f"{here}.elements[{number}]", each) for number, each in enumerate(block.elements)]
        for path, control in named:
            if isinstance(control, Button) and control.url:
                continue
            if not control.action or control.action in found:
                raise KeyError(f"{path}.action")
            found[control.action] = (path, control)
    return found
