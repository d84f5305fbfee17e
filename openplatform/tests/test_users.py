"""The directory."""

import pytest

from accounts.tests.factories import person
from openplatform.tests.factories import Caller
from openplatform.tests.test_door import is_problem


@pytest.fixture
def company(alice: Caller) -> None:
    person("lilei", name="Li Lei", other_name="李雷", title="Engineer")
    person("hanmeimei", name="Han Meimei", other_name="韩梅梅")
    person("gone", is_active=False)


def test_people_are_found_by_either_name(alice: Caller, company: None):
    for query in ("李雷", "li lei", "engineer"):
        assert [each["username"] for each in alice.get(f"users?query={query}").json()["people"]] == ["lilei"]


def test_people_come_in_pages(alice: Caller, company: None):
    names: list[str] = []
    cursor = ""
    while True:
        page = alice.get(f"users?limit=1&cursor={cursor}").json()
        names += [each["username"] for each in page["people"]]
        cursor = page.get("next", "")
        if not cursor:
            break
    assert names == ["alice", "hanmeimei", "lilei"]


def test_one_person_by_id(alice: Caller, company: None):
    assert alice.get(f"users/{alice.user.pk}").json()["name"] == "Alice"
    is_problem(alice.get("users/987654"), 404, "not_found")


def test_the_directory_costs_the_same_however_many_people(alice: Caller, django_assert_max_num_queries):
    for number in range(30):
        person(f"colleague{number}")
    alice.get("me")  # notes that the token was used
    with django_assert_max_num_queries(2):  # token, page with departments
        assert len(alice.get("users").json()["people"]) == 31
