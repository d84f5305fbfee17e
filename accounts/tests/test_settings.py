"""Every setting: its default fits its own shape, wrong values are refused with their place, names are a closed list."""

import msgspec
import pytest

from accounts import settings
from accounts.settings import KNOWN, checked
from protocol.errors import BadRequest, NotFound


@pytest.mark.parametrize("name", KNOWN)
def test_a_default_fits_and_is_stored_as_it_is(name):
    plain = msgspec.to_builtins(KNOWN[name].default)
    assert checked(name, plain) == plain
    assert KNOWN[name].meaning.endswith(".")


RIGHT = {
    "notifications": {"level": "mentions"},
    "quiet_hours": {"from": "23:30", "to": "07:00", "days": [1, 5], "timezone": "Asia/Shanghai"},
    "folders": [{"id": 1, "name": "重要", "conversations": [7, 8]}, {"id": 2, "name": "Later"}],
    "quick_reactions": ["👍🏽"],
    "sidebar_width": 320,
}


@pytest.mark.parametrize(("name", "value"), RIGHT.items())
def test_values_that_fit(name, value):
    stored = checked(name, value)
    if isinstance(value, dict):
        assert stored | value == stored
    assert checked(name, stored) == stored


WRONG = [
    ("theme", "purple", "value"),
    ("theme", None, "value"),
    ("enter_sends", "yes", "value"),
    ("enter_sends", 1, "value"),
    ("notifications", {"level": "loud"}, "value.level"),
    ("notifications", {"volume": 3}, "value"),
    ("quiet_hours", {"from": "24:00"}, "value.from"),
    ("quiet_hours", {"from": "9:00"}, "value.from"),
    ("quiet_hours", {"timezone": "Mars/Olympus"}, "value"),
    ("quiet_hours", {"days": []}, "value.days"),
    ("quiet_hours", {"days": [1, 1]}, "value"),
    ("quiet_hours", {"from": "08:00", "to": "08:00"}, "value"),
    ("folders", [{"id": 1, "name": ""}], "value[0].name"),
    ("folders", [{"id": 1, "name": "a"}, {"id": 1, "name": "b"}], "value"),
    ("folders", [{"id": 0, "name": "a"}], "value[0].id"),
    ("quick_reactions", ["👍", "👍"], "value"),
    ("quick_reactions", list("123456789"), "value"),
    ("sidebar_width", 10_000, "value"),
]


@pytest.mark.parametrize(("name", "value", "path"), WRONG)
def test_values_that_do_not_fit_are_refused_with_their_place(name, value, path):
    with pytest.raises(BadRequest) as refused:
        checked(name, value)
    assert refused.value.details["path"] == path


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(NotFound) as refused:
        checked("colour", 1)
    assert "theme" in refused.value.details["known"]


def test_a_value_has_a_bound_in_bytes():
    many = [{"id": place, "name": "x" * 60, "conversations": [2**53 - 1] * 900} for place in range(1, 4)]
    with pytest.raises(BadRequest) as refused:
        checked("folders", many)
    assert (refused.value.code, refused.value.details["limit"]) == ("too_large", settings.MAX_BYTES)
