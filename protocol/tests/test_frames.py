"""Every request is documented, imperative, bears an id, and holds its limits."""

from typing import get_args

import pytest

from protocol import errors, frames, limits
from protocol.codec import JSON
from protocol.events import EVENTS, tag_of
from protocol.frames import AnyFrame

WITHOUT_ID = {"pong", "sync.ack"}


@pytest.mark.parametrize("shape", get_args(AnyFrame), ids=tag_of)
def test_a_request_is_documented_and_bears_an_id(shape):
    assert shape.__doc__
    assert shape.__doc__ != frames.Frame.__doc__
    assert (shape.__struct_fields__[:1] == ("id",)) == (tag_of(shape) not in WITHOUT_ID)
    assert shape.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("shape", get_args(AnyFrame), ids=tag_of)
def test_a_request_says_how_it_is_answered(shape):
    assert "nswer" in shape.__doc__


def test_no_request_shares_its_name_with_an_event():
    assert not {tag_of(shape) for shape in get_args(AnyFrame)} & set(EVENTS)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("conversation", -1),
        ("client_key", "x" * (limits.MIN_CLIENT_KEY - 1)),
        ("client_key", "x" * (limits.MAX_CLIENT_KEY + 1)),
        ("client_key", "key with space"),
        ("client_key", "schlüssel-1"),
        ("kind", ""),
        ("kind", "k" * 25),
        ("body", []),
        ("mentions", list(range(limits.MAX_MENTIONS + 1))),
        ("reply_to", None),
    ],
)
def test_a_message_outside_the_limits_is_refused_by_field(field, value):
    whole = {"type": "message.send", "id": 1, "conversation": 7, "client_key": "12345678", "body": {}}
    with pytest.raises(errors.BadRequest) as caught:
        JSON.decode_frame(JSON.encode(whole | {field: value}))
    assert caught.value.details == {"id": 1, "path": field}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f'{{"type":"people.get","id":1,"users":{list(range(limits.MAX_PEOPLE + 1))}}}', "users"),
        ('{"type":"timeline.sync","id":1,"conversation":1,"after":0,"limit":0}', "limit"),
        (f'{{"type":"timeline.sync","id":1,"conversation":1,"after":0,"limit":{limits.MAX_PAGE + 1}}}', "limit"),
        ('{"type":"reaction.add","id":1,"conversation":1,"client_key":"12345678","target":1,"emoji":""}', "emoji"),
        ('{"type":"reaction.add","id":1,"conversation":1,"client_key":"12345678","target":1,"emoji":"a b"}', "emoji"),
        ('{"type":"hello","id":1,"version":1,"client":"%s"}' % ("c" * 81), "client"),
    ],
)
def test_a_list_page_or_name_outside_the_limits_is_refused(text, path):
    with pytest.raises(errors.BadRequest) as caught:
        JSON.decode_frame(text.encode())
    assert caught.value.details["path"] == path
