"""Every request has one id, and is counted by the template of its address."""

import asyncio

import pytest
import structlog
from channels.testing import HttpCommunicator

from imsite import observing


def answering(status=200, headers=()):
    async def application(scope, receive, send):
        application.seen = dict(scope["headers"])[b"x-request-id"].decode()
        application.bound = structlog.contextvars.get_contextvars().get("request_id")
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b""})

    return application


async def ask(application, path="/signin/", headers=(), method="GET"):
    asking = HttpCommunicator(observing.observed(application), method, path, headers=list(headers))
    return await asking.get_response()


def counted(route, method, status):
    return observing.REQUESTS.labels(route, method, status)._value.get()


async def test_a_request_without_an_id_gets_one_that_follows_it():
    application = answering()
    answer = await ask(application)
    identity = dict(answer["headers"])[b"x-request-id"].decode()
    assert len(identity) == 32
    assert application.seen == application.bound == identity
    assert "request_id" not in structlog.contextvars.get_contextvars()


async def test_a_proxys_id_is_kept():
    application = answering()
    answer = await ask(application, headers=[(b"X-Request-ID", b"edge-7f3a.1")])
    assert application.seen == "edge-7f3a.1"
    assert dict(answer["headers"])[b"x-request-id"] == b"edge-7f3a.1"


@pytest.mark.parametrize(
    "given", [b"", b"short", b"a b c d e f g h", b'evil"} {"x":"yyyy', b"x" * 65, b"line\nline-line"]
)
async def test_an_id_that_could_spoil_the_logs_is_replaced(given):
    application = answering()
    await ask(application, headers=[(b"x-request-id", given)])
    assert application.seen != given.decode()
    assert len(application.seen) == 32


async def test_the_applications_own_id_header_is_not_doubled():
    answer = await ask(answering(headers=[(b"X-Request-ID", b"mine-mine")]))
    assert [value for name, value in answer["headers"] if name.lower() == b"x-request-id"] == [b"mine-mine"]


async def test_requests_are_counted_by_template():
    before = counted("signin/", "GET", "302"), counted("unknown", "GET", "404"), counted("unknown", "other", "404")
    await ask(answering(302))
    await ask(answering(404), path="/no/such/page/12345")
    await ask(answering(404), path="/no/such/page/67890")
    await ask(answering(404), path="/nowhere", method="BREW")
    after = counted("signin/", "GET", "302"), counted("unknown", "GET", "404"), counted("unknown", "other", "404")
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 2, 1]


async def test_a_crash_counts_as_500_and_is_not_swallowed():
    async def crash(scope, receive, send):
        raise ValueError("broken")

    before = counted("signin/", "GET", "500")
    with pytest.raises(ValueError, match="broken"):
        await ask(crash)
    assert counted("signin/", "GET", "500") == before + 1


async def test_a_caller_who_went_away_is_no_failure_of_ours():
    async def hang(scope, receive, send):
        await asyncio.sleep(60)

    scope = {"type": "http", "path": "/signin/", "method": "GET", "headers": []}
    before = counted("signin/", "GET", "499")
    task = asyncio.ensure_future(observing.observed(hang)(scope, None, None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert counted("signin/", "GET", "499") == before + 1

    async def silent(scope, receive, send):
        """A poll whose caller is gone has nobody to answer."""

    await observing.observed(silent)(scope, None, None)
    assert counted("signin/", "GET", "499") == before + 2


@pytest.mark.parametrize(
    ("path", "route"),
    [("/", "/"), ("/static/web/app.js", "static"), ("/livez", "livez"), ("/poll/v1/", "poll/v1/"), ("/%00", "unknown")],
)
def test_route_of(path, route):
    assert observing.route_of(path) in {route, "unknown" if path == "/" else route}
