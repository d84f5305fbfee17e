"""A stored file as an HTTP answer: streamed, in byte ranges, revalidated by ETag, and harmless in a browser.

Who may read the file was decided before. The bytes are never in memory as a whole.
"""

import asyncio
import re
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseNotModified, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header, parse_etags

from openplatform.api.problems import HttpError
from protocol import errors

#: Shown in the page; everything else is saved. No SVG: it can hold scripts.
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
#: 256 KiB: large enough that a thread hop per piece does not count, small enough for 100 downloads at once.
PIECE = 256 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})\Z")


@dataclass(frozen=True, slots=True)
class Download:
    """What is to be sent. ``version`` names these very bytes, for the ETag."""

    path: Path
    version: str
    media_type: str
    name: str


def serve(request: HttpRequest, what: Download) -> HttpResponseBase:
    """The answer to GET or HEAD: 200, 206, 304, or a problem 416."""
    etag = f'"{what.version}"'
    if _matches(request.headers.get("If-None-Match", ""), etag):
        return _dressed(HttpResponseNotModified(), what, etag)
    try:
        size = what.path.stat().st_size
    except OSError:
        raise errors.NotFound("The bytes of this file are gone.") from None
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        wanted = ""
    start, end = find_range(wanted, size)
    response = _stream(request, _Pieces(what.path, start, end))
    if (start, end) != (0, size) or (wanted and _RANGE.match(wanted)):
        response.status_code = 206
        response["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    response["Content-Length"] = str(end - start)
    response["Accept-Ranges"] = "bytes"
    return _dressed(response, what, etag)


def find_range(header: str, size: int) -> tuple[int, int]:
    """First byte and end (exclusive) of what a Range header asks for.

    The whole file when there is none or one that is not understood, several ranges included: RFC 9110 allows that.
    """
    match = _RANGE.match(header)
    if match is None or (not match[1] and not match[2]):
        return 0, size
    if match[1]:
        start = int(match[1])
        end = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < start:
            return 0, size
    else:
        start, end = max(0, size - int(match[2])), size
    if start >= end:
        raise HttpError(
            416, "The range lies outside the file.", headers={"Content-Range": f"bytes */{size}"}, size=size
        )
    return start, end


def _matches(header: str, etag: str) -> bool:
    known = [each.removeprefix("W/") for each in parse_etags(header)] if header else []
    return etag in known or "*" in known


def _dressed(response: HttpResponseBase, what: Download, etag: str) -> HttpResponseBase:
    shown = what.media_type in SHOWN
    response["ETag"] = etag
    # Asked anew each time (a 304 is cheap), because the right to read may have ended; never in a shared cache.
    response["Cache-Control"] = "private, no-cache"
    response["Content-Type"] = what.media_type if shown else _quiet(what.media_type)
    response["Content-Disposition"] = content_disposition_header(not shown, what.name) or "inline"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _quiet(media_type: str) -> str:
    """Types that a browser would run are sent as plain bytes."""
    active = ("html", "xml", "svg", "javascript", "ecmascript")
    return "application/octet-stream" if any(each in media_type.lower() for each in active) else media_type


def _stream(request: HttpRequest, pieces: "_Pieces") -> StreamingHttpResponse:
    if request.method == "HEAD":
        return StreamingHttpResponse(iter(()))
    # Django would collect a plain iterator as a whole under ASGI, and an asynchronous one under WSGI.
    asynchronous = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_off_loop(pieces) if asynchronous else pieces)
    response._resource_closers.append(pieces.close)  # type: ignore[attr-defined]
    return response


class _Pieces:
    """The bytes from ``start`` to ``end``. The file is open from the first piece asked for to the last, or to ``close``.

    Not before: of a client that leaves while its answer is made, Django drops the answer without closing it.
    """

    def __init__(self, path: Path, start: int, end: int) -> None:
        self._path, self._at, self._end = path, start, end
        self._source: BinaryIO | None = None
        # An answer may be closed while a thread reads for it.
        self._lock = threading.Lock()

    def __iter__(self) -> "_Pieces":
        return self

    def __next__(self) -> bytes:
        with self._lock:
            piece = self._read() if self._at < self._end else b""
            self._at += len(piece)
            if not piece or self._at >= self._end:
                self._close()
            if not piece:
                raise StopIteration
            return piece

    def close(self) -> None:
        """Nothing is read after this."""
        with self._lock:
            self._close()

    def _read(self) -> bytes:
        if self._source is None:
            self._source = self._path.open("rb")
            self._source.seek(self._at)
        return self._source.read(min(PIECE, self._end - self._at))

    def _close(self) -> None:
        self._end = self._at
        if self._source is not None:
            self._source.close()


async def _off_loop(pieces: _Pieces) -> AsyncIterator[bytes]:
    """The same, read in a thread: a disk may block, the loop may not."""
    try:
        while (piece := await asyncio.to_thread(next, pieces, b"")) != b"":
            yield piece
    finally:
        await asyncio.to_thread(pieces.close)
