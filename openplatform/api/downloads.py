"""A stored file as an HTTP answer: streamed, in byte ranges, revalidated by ETag, and harmless in a browser.

Who may read the file was decided before. The bytes are never in memory as a whole.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
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
        source = what.path.open("rb")
    except OSError:
        raise errors.NotFound("The bytes of this file are gone.") from None
    size = what.path.stat().st_size
    wanted = request.headers.get("Range", "")
    if request.headers.get("If-Range", etag) != etag:
        wanted = ""
    try:
        start, end = find_range(wanted, size)
    except HttpError:
        source.close()
        raise
    response = _stream(request, source, start, end)
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


def _stream(request: HttpRequest, source: BinaryIO, start: int, end: int) -> StreamingHttpResponse:
    if request.method == "HEAD":
        source.close()
        return StreamingHttpResponse(iter(()))
    # Django would collect a plain iterator as a whole under ASGI, and an asynchronous one under WSGI.
    pieces = _pieces(source, start, end)
    asynchronous = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_off_loop(pieces) if asynchronous else pieces)
    response._resource_closers.append(source.close)  # type: ignore[attr-defined]
    return response


def _pieces(source: BinaryIO, start: int, end: int) -> Iterator[bytes]:
    source.seek(start)
    left = end - start
    while left > 0 and (piece := source.read(min(PIECE, left))):
        left -= len(piece)
        yield piece


async def _off_loop(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The same, read in a thread: a disk may block, the loop may not."""
    while (piece := await asyncio.to_thread(next, pieces, b"")) != b"":
        yield piece
