"""What headers say, without a database."""

import pytest

from chat.realtime.handshake import is_own_page, negotiate, read_credentials
from protocol.codec import JSON, MSGPACK


def test_the_codec_follows_the_offer():
    assert negotiate([]) == (JSON, None)
    assert negotiate([JSON.name, MSGPACK.name]) == (MSGPACK, MSGPACK.name)
    assert negotiate(["graphql-ws"]) == (None, None)


@pytest.mark.parametrize("name", [b"Authorization", b"authorization", b"AUTHORIZATION"])
def test_headers_are_found_in_any_case(name):
    scope = {"headers": [(name, b"Bearer  abc "), (b"Cookie", b"a=1; sessionid=xyz")], "client": ("10.0.0.9", 5)}
    found = read_credentials(scope)
    assert (found.token, found.session_key, found.ip) == ("abc", "xyz", "10.0.0.9")


def test_another_scheme_is_no_token():
    assert read_credentials({"headers": [(b"authorization", b"Basic abc")]}).token == ""


@pytest.mark.parametrize(
    ("origin", "secure", "own"),
    [
        ("http://parley.example:8000", False, True),
        ("https://parley.example:8000", False, True),
        ("http://parley.example:8000", True, False),
        ("http://parley.example", False, False),
        ("http://parley.example.evil.com:8000", False, False),
        ("null", False, False),
        ("", False, False),
        ("https://app.example", False, True),
    ],
)
def test_an_own_page_has_this_host_or_is_trusted(settings, origin, secure, own):
    settings.CSRF_TRUSTED_ORIGINS = ["https://app.example"]
    assert is_own_page({"origin": origin, "host": "parley.example:8000"}, secure=secure) is own
