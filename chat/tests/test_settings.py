"""Settings: stored once per name, told to the own devices, earlier values forgotten, wrong ones refused."""

import pytest

from accounts.actor import SYSTEM
from accounts.models import Setting
from chat import selectors
from chat.models import Entry
from chat.rendering import event_of
from chat.services import settings
from chat.tests import factories
from protocol.errors import BadRequest, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob():
    return factories.three_people()[1]


def change(actor, name, value):
    return settings.change(actor=actor, name=name, value=value)


def told(actor) -> list:
    return [event_of(each) for each in Entry.objects.filter(type="setting.changed").order_by("seq")]


def test_a_choice_is_listed_with_the_position_that_told_it(bob):
    assert selectors.list_settings(bob.user) == ({}, 0)
    value, seq = change(bob, "theme", "dark")
    assert (value, selectors.list_settings(bob.user)) == ("dark", ({"theme": "dark"}, seq))


def test_an_earlier_value_is_forgotten_where_it_was_told(bob):
    change(bob, "theme", "dark")
    change(bob, "theme", "light")
    change(bob, "density", "compact")
    assert [(each.name, each.value) for each in told(bob)] == [
        ("theme", None),
        ("theme", "light"),
        ("density", "compact"),
    ]


def test_null_takes_the_choice_back(bob):
    change(bob, "theme", "dark")
    change(bob, "theme", None)
    assert selectors.list_settings(bob.user)[0] == {}
    assert [each.value for each in told(bob)] == [None, None]
    assert not Setting.objects.exists()


def test_the_same_again_tells_nothing(bob):
    first = change(bob, "theme", "dark")
    assert change(bob, "theme", "dark") == first
    assert change(bob, "density", None) == (None, 0)
    assert len(told(bob)) == 1


def test_off_is_a_choice_and_not_a_default(bob):
    change(bob, "enter_sends", False)
    assert selectors.list_settings(bob.user)[0] == {"enter_sends": False}


def test_one_persons_choice_is_nobody_elses(bob):
    alice = factories.person("alice2")
    change(bob, "theme", "dark")
    assert selectors.list_settings(alice.pk) == ({}, 0)


def test_a_wrong_value_changes_nothing(bob):
    change(bob, "theme", "dark")
    for name, value, error in (("theme", "pink", BadRequest), ("pink", 1, NotFound), ("pink", None, NotFound)):
        with pytest.raises(error):
            change(bob, name, value)
    assert selectors.list_settings(bob.user)[0] == {"theme": "dark"}


def test_the_system_has_no_settings():
    with pytest.raises(Forbidden):
        change(SYSTEM, "theme", "dark")
