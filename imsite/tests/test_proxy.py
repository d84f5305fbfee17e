"""The scheme that a proxy of ours says holds for pages and sockets; the last word is the proxy's."""

import pytest

from imsite.proxy import forwarded


async def scheme(before, *values):
    seen = []

    async def application(scope, receive, send):
        seen.append(scope["scheme"])

    headers = [(b"X-Forwarded-Proto", value) for value in values]
    await forwarded(application)({"type": "http", "scheme": before, "headers": headers}, None, None)
    return seen[0]


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        ("http", [b"https"], "https"),
        ("ws", [b"https"], "wss"),
        ("http", [], "http"),
        ("ws", [b"http"], "ws"),
        ("http", [b"https, http"], "http"),
        ("http", [b"https", b"http"], "http"),
        ("http", [b"http, https"], "https"),
        ("http", [b"gopher"], "http"),
    ],
)
async def test_the_proxys_own_word_holds(before, values, after):
    assert await scheme(before, *values) == after
