"""Who may do what to an app."""

from dataclasses import replace

from accounts.actor import SYSTEM, Actor
from openplatform import policy
from openplatform.models import App

ALICE, CHARLIE, GRACE = Actor(user=1), Actor(user=3), Actor(user=9, staff=True)
APP = App(user_id=1, state=App.State.APPROVED)


def test_the_owner_and_whoever_administers_manage_an_app():
    assert policy.may_manage(ALICE, APP)
    assert policy.may_manage(GRACE, APP)
    assert policy.may_manage(SYSTEM, APP)
    assert not policy.may_manage(CHARLIE, APP)


def test_only_administrators_review():
    assert [policy.may_review(each) for each in (ALICE, CHARLIE, GRACE, SYSTEM)] == [False, False, True, True]


def test_an_app_manages_no_app_in_anybodys_name():
    for person in (ALICE, GRACE):
        for through in (replace(person, app=7, scopes=frozenset()), replace(person, scopes=frozenset({"openid"}))):
            assert not policy.in_person(through)
            assert not policy.may_manage(through, APP)
            assert not policy.may_review(through)
            assert not policy.may_install(through, APP)


def test_an_app_is_for_everybody_or_for_departments_and_what_is_below_them():
    assert policy.is_available(APP, frozenset(), frozenset())
    assert policy.is_available(APP, frozenset({2}), frozenset({1, 2}))
    assert not policy.is_available(APP, frozenset({2}), frozenset({1}))
    assert not policy.is_available(App(state=App.State.SUSPENDED), frozenset(), frozenset())
