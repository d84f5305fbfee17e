"""What a body may hold."""

import pytest

from protocol import bodies, errors, limits


def nested(depth):
    body = {}
    for _ in range(depth - 1):
        body = {"a": body}
    return body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": "Hello, 世界\n"},
        {"a": [1, -(2**53) + 1, 2.5, None, True, {"b": []}]},
        nested(limits.MAX_BODY_DEPTH),
    ],
)
def test_plain_data_may_be_stored(body):
    bodies.check(body)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"text": "a\0b"}, "body.text"),
        ({"a": [{"b": "\0"}]}, "body.a[0].b"),
        ({"a\0": 1}, "body"),
        ({1: 1}, "body"),
        ({"a": [0, 2**53]}, "body.a[1]"),
        ({"a": -(2**53)}, "body.a"),
        ({"a": float("inf")}, "body.a"),
        ({"a": b"x"}, "body.a"),
        ({"a": {1, 2}}, "body.a"),
        ({"x": nested(limits.MAX_BODY_DEPTH)}, "body.x" + ".a" * (limits.MAX_BODY_DEPTH - 1)),
        ({"x" * 5_000: b""}, "body." + "x" * 195),
    ],
)
def test_what_cannot_be_stored_or_read_back_is_refused_by_path(body, path):
    with pytest.raises(errors.BadRequest) as caught:
        bodies.check(body)
    assert (caught.value.code, caught.value.details) == ("invalid", {"path": path})
