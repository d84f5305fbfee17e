"""Byte ranges, revalidation, and nothing that a browser would run."""

import asyncio
import os
from pathlib import Path

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import RequestFactory

from openplatform.api.downloads import PIECE, Download, find_range, serve
from openplatform.api.problems import HttpError
from protocol import errors

# Closing an answer ends a request, and Django then looks at its connections: an error where none may be used.
pytestmark = pytest.mark.django_db

CONTENT = bytes(range(256)) * 4


@pytest.fixture
def what(tmp_path) -> Download:
    path = tmp_path / "x"
    path.write_bytes(CONTENT)
    return Download(path=path, version="v1", media_type="text/plain", name="报告 1.txt")


def get(what: Download, method: str = "GET", **headers: str):
    return serve(RequestFactory().generic(method, "/", headers=headers), what)


def under_asgi(what: Download):
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
    return serve(ASGIRequest(scope, asyncio.StreamReader()), what)


def is_open(path: Path) -> bool:
    """Whether this process holds it open."""
    return any(os.path.realpath(each) == str(path.resolve()) for each in Path("/proc/self/fd").iterdir())


def content(response) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", (0, 1000)),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 1000)),
        ("bytes=500-", (500, 1000)),
        ("bytes=-1", (999, 1000)),
        ("bytes=-5000", (0, 1000)),
        ("bytes=10-5000", (10, 1000)),
        ("bytes=20-10", (0, 1000)),
        ("bytes=-", (0, 1000)),
        ("bytes=0-1,5-6", (0, 1000)),
        ("lines=1-2", (0, 1000)),
    ],
)
def test_what_a_range_header_asks_for(header: str, expected: tuple[int, int]):
    assert find_range(header, 1000) == expected


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0"])
def test_a_range_outside_is_416_and_says_the_size(header: str):
    with pytest.raises(HttpError) as refused:
        find_range(header, 1000)
    assert refused.value.status == 416
    assert refused.value.headers == {"Content-Range": "bytes */1000"}


def test_the_whole_file(what: Download):
    response = get(what)
    assert (response.status_code, content(response)) == (200, CONTENT)
    assert response["Content-Length"] == "1024"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "private, no-cache"


def test_a_part_of_it(what: Download):
    response = get(what, Range="bytes=10-19")
    assert (response.status_code, content(response)) == (206, CONTENT[10:20])
    assert response["Content-Range"] == "bytes 10-19/1024"
    assert response["Content-Length"] == "10"


def test_a_part_is_only_sent_of_the_version_that_the_client_has(what: Download):
    assert get(what, Range="bytes=10-19", **{"If-Range": '"v1"'}).status_code == 206
    assert get(what, Range="bytes=10-19", **{"If-Range": '"v0"'}).status_code == 200


@pytest.mark.parametrize("held", ['"v1"', 'W/"v1"', '"v0", "v1"', "*"])
def test_what_the_client_holds_is_not_sent_again(what: Download, held: str):
    response = get(what, **{"If-None-Match": held})
    assert response.status_code == 304
    assert response["ETag"] == '"v1"'


def test_head_sends_the_size_and_no_bytes(what: Download):
    response = get(what, "HEAD")
    assert response["Content-Length"] == "1024"
    assert content(response) == b""


@pytest.mark.parametrize(
    ("media_type", "sent", "shown"),
    [
        ("image/png", "image/png", True),
        ("image/svg+xml", "application/octet-stream", False),
        ("text/html", "application/octet-stream", False),
        ("application/xhtml+xml", "application/octet-stream", False),
        ("text/javascript", "application/octet-stream", False),
        ("application/pdf", "application/pdf", False),
        ("text/plain", "text/plain", False),
    ],
)
def test_only_harmless_pictures_are_shown(what: Download, media_type: str, sent: str, shown: bool):
    response = get(Download(path=what.path, version="v1", media_type=media_type, name=what.name))
    assert response["Content-Type"] == sent
    assert response["Content-Disposition"].startswith("inline" if shown else "attachment")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_the_name_survives_in_any_script(what: Download):
    assert "filename*=utf-8''%E6%8A%A5%E5%91%8A%201.txt" in get(what)["Content-Disposition"]


def test_lost_bytes_are_not_found(what: Download):
    what.path.unlink()
    with pytest.raises(errors.NotFound):
        get(what)


async def test_under_asgi_pieces_are_read_off_the_loop(what: Download):
    """Django would read a plain iterator into memory as a whole."""
    what.path.write_bytes(b"x" * (PIECE + 1))
    response = under_asgi(what)
    assert response.is_async
    assert [len(each) async for each in response.streaming_content] == [PIECE, 1]
    assert not is_open(what.path)


def test_the_file_is_open_only_while_it_is_read(what: Download):
    """Of a client that leaves while its answer is made, Django drops the answer without closing it."""
    what.path.write_bytes(b"x" * (PIECE + 1))
    response = get(what)
    assert not is_open(what.path)
    pieces = iter(response.streaming_content)
    assert len(next(pieces)) == PIECE
    assert is_open(what.path)
    response.close()
    assert not is_open(what.path)
    assert list(pieces) == []
    whole = get(what)
    assert len(content(whole)) == PIECE + 1
    assert not is_open(what.path)


@pytest.mark.parametrize("closed", [True, False])
async def test_a_client_that_leaves_under_asgi_leaves_no_file_open(what: Download, closed: bool):
    """Django closes the answer when the client is gone, and drops it when sending raises."""
    what.path.write_bytes(b"x" * (PIECE + 1))
    response = under_asgi(what)
    pieces = aiter(response)
    assert len(await anext(pieces)) == PIECE
    assert is_open(what.path)
    await pieces.aclose()
    if closed:
        response.close()
        assert not is_open(what.path)
    del response, pieces
    async with asyncio.timeout(10):
        while is_open(what.path):  # noqa: ASYNC110 - the system tells no event
            await asyncio.sleep(0.01)
