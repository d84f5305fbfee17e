"""Every event is registered, has a paragraph, and says whether it lasts."""

from typing import get_args

import pytest

from protocol import events
from protocol.events import DURABLE, EVENTS, AnyEvent, Scope, tag_of


def test_every_event_is_in_the_union_and_the_registry():
    assert set(EVENTS.values()) == set(get_args(AnyEvent))
    assert list(EVENTS) == [tag_of(each) for each in sorted(EVENTS.values(), key=lambda each: each.code)]


@pytest.mark.parametrize("shape", EVENTS.values(), ids=list(EVENTS))
def test_an_event_is_documented_and_named_in_the_past_tense(shape):
    assert shape.__doc__
    assert shape.__doc__ != events.Event.__doc__
    noun, _, verb = tag_of(shape).partition(".")
    assert noun.isalpha()
    assert verb in {"read", "left"} or verb.endswith("ed")


@pytest.mark.parametrize("shape", EVENTS.values(), ids=list(EVENTS))
def test_what_lasts_has_a_place_in_a_timeline(shape):
    assert shape.durable == ("seq" in shape.__struct_fields__) == (tag_of(shape) in DURABLE)
    assert shape.durable == (shape.code < 50)
    if shape.scope is not Scope.SESSION:
        assert "conversation" in shape.__struct_fields__


def test_durable_events_begin_with_the_same_fields():
    for shape in DURABLE.values():
        assert shape.__struct_fields__[:5] == ("conversation", "seq", "at", "sender", "client_key")
