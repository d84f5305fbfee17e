"""Shapes of uploads in pieces, a conversation's files, and Web Push subscriptions. See ``shapes`` for the manner."""

from typing import Annotated, Literal

from msgspec import Meta

from openplatform.api.shapes import Ask, Cursor, Reply
from protocol import limits
from protocol.events import MessageCreated
from protocol.frames import PageSize


class NewUpload(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is to come. ``media_type`` is found from the bytes; what is said here does not count."""

    name: Annotated[str, Meta(min_length=1, max_length=255)]
    size: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    media_type: Annotated[str, Meta(max_length=127)] = ""


class UploadRow(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """An upload: ``offset`` bytes of ``size`` are here; send up to ``chunk`` bytes next. ``file``: what it became, or ""."""

    upload: str
    name: str
    size: int
    offset: int
    chunk: int
    file: str = ""


class UploadOffset(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """So many bytes are here."""

    offset: int


class UploadEnd(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``sha256`` of all bytes, in hexadecimal, to be compared; "": not compared."""

    sha256: Annotated[str, Meta(pattern=r"^([0-9a-fA-F]{64})?\Z")] = ""


class FilesQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which: messages with files, with images, with voice; "": files and images."""

    kind: Literal["", "file", "image", "voice"] = ""
    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE


class FilesPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Messages that show files, the newest first. ``next``: pass it as ``cursor``; absent at the end."""

    messages: list[MessageCreated]
    next: str = ""


class PushKey(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """The ``applicationServerKey`` for subscribing: an uncompressed point of P-256 in base64url."""

    key: str


class PushKeys(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The subscription's keys in base64url, as the browser gives them."""

    p256dh: Annotated[str, Meta(max_length=128)]
    auth: Annotated[str, Meta(max_length=32)]


class NewSubscription(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the browser's PushSubscription says as JSON."""

    endpoint: Annotated[str, Meta(min_length=9, max_length=1024)]
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815 - the browser's own name
