"""Presence values: who wrote them decides who may change them."""

from chat import presence


def test_offline_is_the_absence_of_a_value():
    assert presence.get_statuses([1, 2]) == {}
    assert presence.record({1: presence.ONLINE}, gateway="a") == {1: presence.ONLINE}
    assert presence.get_statuses([1, 2]) == {1: presence.ONLINE}


def test_only_changes_are_reported():
    presence.record({1: presence.ONLINE}, gateway="a")
    assert presence.record({1: presence.ONLINE}, gateway="b") == {}
    assert presence.record({1: presence.AWAY}, gateway="b") == {1: presence.AWAY}


def test_idle_here_does_not_overrule_active_there():
    presence.record({1: presence.ONLINE}, gateway="a")
    assert presence.record({1: presence.AWAY}, gateway="b") == {}
    assert presence.get_statuses([1]) == {1: presence.ONLINE}


def test_a_gateway_forgets_only_what_it_wrote():
    presence.record({1: presence.ONLINE, 2: presence.ONLINE}, gateway="a")
    presence.record({2: presence.ONLINE}, gateway="b")
    assert presence.forget([1, 2], gateway="a") == [1]
    assert presence.get_statuses([1, 2]) == {2: presence.ONLINE}
