"""The registry of listeners."""

import pytest

from chat import registry


@pytest.fixture(autouse=True)
def _empty(monkeypatch):
    monkeypatch.setattr(registry, "_listeners", {})


def test_a_listener_is_registered_with_its_types():
    @registry.listens("message.created", "message.recalled")
    def first(entries): ...

    @registry.listens()
    def all_of_them(entries): ...

    found = registry.all_listeners()
    assert [listener for listener, _ in found] == [first, all_of_them]
    assert found[0][1] == {"message.created", "message.recalled"}
    assert "member.added" in found[1][1]


def test_a_type_that_no_timeline_holds_is_refused():
    with pytest.raises(ValueError, match=r"typing\.started"):
        registry.listens("typing.started")
