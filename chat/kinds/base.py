"""What every message kind does: validate a body into its stored form, and read a stored body back as text.

Validation asks no database. What only the rows know of a file (its true name and size) is put in by ``fill``.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from protocol import errors, limits

#: Characters of a preview: one line of an inbox row or of a push.
PREVIEW_CHARS = 120

Shape = TypeVar("Shape", bound=msgspec.Struct)


class Facts(Protocol):
    """What a kind wants to know of an uploaded file; a ``chat.models.File`` row is one."""

    name: str
    media_type: str
    size: int
    width: int
    height: int
    thumbnail_path: str


class Body(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of all bodies: unknown fields are refused, defaults are not stored."""


class Kind(ABC, Generic[Shape]):
    """One kind of message. Subclasses name ``name`` and ``shape`` and override what is theirs.

    ``validate`` gets what a client sent; all other methods get a stored body and must bear any, {} included: a recalled
    message has none, and an old row may have an older shape.
    """

    name: ClassVar[str]
    #: The struct a body must fit.
    shape: type[Shape]
    #: Whether only the server itself may send it.
    server_only: ClassVar[bool] = False
    #: Whether its body may be replaced, whether search takes it in, whether it may be said again elsewhere.
    editable: ClassVar[bool] = True
    searched: ClassVar[bool] = True
    forwarded: ClassVar[bool] = True

    def validate(self, body: Any) -> dict[str, Any]:
        """The body as it is stored. Raises BadRequest: invalid with details.path "body.…", or too_large."""
        if not isinstance(body, dict):
            raise refused("The body must be an object.")
        try:
            size = len(msgspec.json.encode(body))
        except (TypeError, ValueError, RecursionError, OverflowError):
            raise refused("The body cannot be written as JSON.") from None
        if size > limits.MAX_BODY_BYTES:
            raise errors.BadRequest(
                f"A body may have {limits.MAX_BODY_BYTES} bytes as JSON; this one has {size}.",
                code="too_large",
                details={"path": "body", "limit": limits.MAX_BODY_BYTES},
            )
        try:
            given = msgspec.convert(body, self.shape)
        except msgspec.ValidationError as problem:
            raise _explained(str(problem)) from None
        stored: dict[str, Any] = msgspec.to_builtins(self.clean(given))
        return stored

    def clean(self, given: Shape) -> Shape:
        """The well-typed body tidied, or refused for what types cannot say."""
        return given

    def fill(self, body: dict[str, Any], facts: Mapping[UUID, Facts]) -> dict[str, Any]:
        """The body with what the rows of its files say, in place of what the client claimed."""
        return body

    def copy(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body as a forwarded copy bears it."""
        return dict(body)

    def reword(self, body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
        """The body with every text that people wrote in it passed through ``change``."""
        return body

    @abstractmethod
    def preview(self, body: Mapping[str, Any]) -> str:
        """One line of at most PREVIEW_CHARS characters."""

    @abstractmethod
    def search_text(self, body: Mapping[str, Any]) -> str:
        """What a search finds this message by."""

    def files(self, body: Mapping[str, Any]) -> list[UUID]:
        """The uploaded files that the message shows."""
        return []


def refused(message: str, field: str = "") -> errors.BadRequest:
    """The error for a body that does not fit; ``field`` is the path inside the body."""
    return errors.BadRequest(message, details={"path": f"body.{field}" if field else "body"})


#: The field that msgspec names in the sentence and not in the path.
_NAMED = re.compile(r"(?:unknown|required) field `(\w{1,64})`")


def _explained(problem: str) -> errors.BadRequest:
    said, _, where = problem.partition(" - at `$")
    path = where.rstrip("`").removeprefix(".") if re.fullmatch(r"[\w.\[\]]*`", where) else ""
    named = _NAMED.search(said)
    return refused(f"{said}.", ".".join(filter(None, (path, named[1] if named else ""))))
