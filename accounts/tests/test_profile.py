"""What people say of themselves: kept, over when its time is over, nobody else's to say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import selectors
from accounts.actor import SYSTEM
from accounts.models import Department, User
from accounts.services import profile
from accounts.tests.factories import actor_of, person
from protocol.errors import BadRequest, Forbidden

pytestmark = pytest.mark.django_db
LATER = 4_000_000_000_000


@pytest.fixture
def alice():
    return actor_of(person("alice"))


def shown(actor):
    [found] = selectors.get_people([actor.user])
    return found.status_emoji, found.status_text, found.status_until, found.quiet_until


def test_words_are_shown_with_their_end(alice):
    profile.set_status(actor=alice, emoji="🍜", text=" Lunch\n午饭 ", until=LATER, quiet_until=LATER + 1)
    assert shown(alice) == ("🍜", "Lunch 午饭", LATER, LATER + 1)
    assert selectors.get_words([alice.user])[alice.user].text == "Lunch 午饭"
    profile.set_status(actor=alice)
    assert shown(alice) == ("", "", 0, 0)
    assert selectors.get_words([alice.user]) == {}


def test_words_whose_time_is_over_are_not_shown(alice):
    profile.set_status(actor=alice, emoji="🍜", text="Lunch", until=LATER, quiet_until=LATER)
    past = timezone.now() - timedelta(seconds=1)
    User.objects.filter(pk=alice.user).update(status_until=past, quiet_until=past)
    assert shown(alice) == ("", "", 0, 0)
    assert selectors.get_words([alice.user])[alice.user] == selectors.Words()


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ({"emoji": "x" * 33}, "emoji"),
        ({"emoji": "a b"}, "emoji"),
        ({"text": "x" * 101}, "text"),
        ({"until": -1, "text": "x"}, "until"),
        ({"quiet_until": 10**18}, "quiet_until"),
    ],
)
def test_words_that_do_not_fit_change_nothing(alice, words, path):
    profile.set_status(actor=alice, text="before")
    with pytest.raises(BadRequest) as refused:
        profile.set_status(actor=alice, **words)
    assert refused.value.details["path"] == path
    assert shown(alice)[1] == "before"


def test_neither_the_system_nor_an_app_speaks_for_a_person(alice):
    app = actor_of(User.objects.get(pk=alice.user), app=7)
    for actor in (SYSTEM, app):
        with pytest.raises(Forbidden):
            profile.set_status(actor=actor, text="x")
        with pytest.raises(Forbidden):
            profile.update(actor=actor, changes={"name": "x"})


def test_one_changes_ones_own_description_and_its_initials_follow(alice):
    profile.update(actor=alice, changes={"name": " 王芳 ", "title": "Designer", "locale": "zh-hans"})
    user = User.objects.get(pk=alice.user)
    assert (user.name, user.title, user.locale, user.initials) == ("王芳", "Designer", "zh-hans", "wf wangfang")


@pytest.mark.parametrize("changes", [{"name": " "}, {"locale": "tlh"}, {"name": "x" * 121}])
def test_descriptions_that_do_not_fit(alice, changes):
    with pytest.raises(BadRequest):
        profile.update(actor=alice, changes=changes)


def test_a_company_may_keep_names_to_itself(alice, settings):
    settings.ACCOUNTS = {"own_fields": frozenset({"title"})}
    with pytest.raises(Forbidden):
        profile.update(actor=alice, changes={"title": "Chef", "name": "Somebody"})
    assert User.objects.get(pk=alice.user).title == ""


def test_people_are_found_by_the_letters_of_their_names(alice):
    User.objects.create_user("fang", None, name="王芳")
    for query in ("wf", "wang", "WANGFANG", "王", "fang wf"):
        assert [each.username for each in selectors.find_people(query).people] == ["fang"], query


def test_the_path_of_departments_in_one_query(django_assert_num_queries):
    top = Department.objects.create(name="Company")
    below = Department.objects.create(name="Engineering", parent=top)
    team = Department.objects.create(name="Platform", parent=below)
    user = person("dora", department=team)
    with django_assert_num_queries(1):
        assert selectors.get_department_path(user) == ["Company", "Engineering", "Platform"]
    assert selectors.get_department_path(person("erik")) == []
