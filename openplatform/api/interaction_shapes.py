"""Shapes of whispers and dialogs at the HTTP door."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, MaybeKey, Reply
from protocol.cards import OpenedModal
from protocol.frames import Id

Values = Annotated[dict[Annotated[str, Meta(max_length=64)], Any], Meta(max_length=50)]


class NewWhisper(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What ``user`` alone shall hear; with ``target`` (a seq of the app's own message) in the place of that message."""

    user: Id
    kind: Literal["text", "card"] = "text"
    body: dict[str, Any]
    target: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


class WhisperRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A whisper of an app's bot ``sender``. ``at`` in ms."""

    whisper: int
    conversation: int
    at: int
    sender: int
    app: int
    kind: str
    body: dict[str, Any]
    target: int = 0


class WhisperList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Whispers, the oldest first."""

    whispers: list[WhisperRow]


class NewModal(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``trigger``: of an interaction of a moment ago. ``modal``: docs/interactions.md."""

    trigger: Annotated[str, Meta(min_length=1, max_length=100)]
    modal: dict[str, Any]


class ModalChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be shown instead."""

    modal: dict[str, Any]


class Submission(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``values`` by the actions of the dialog's fields."""

    values: Values = msgspec.field(default_factory=dict)
    client_key: MaybeKey = ""


class SubmissionAnswer(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """``done``: the dialog has ended; ``errors``: by the actions of its fields; ``next``: ``modal`` is shown now.

    ``message`` is for you alone.
    """

    state: Literal["done", "errors", "next"]
    errors: dict[str, str] = msgspec.field(default_factory=dict)
    modal: OpenedModal | None = None
    message: str = ""
