"""Search over HTTP."""

import time

import pytest

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def found(world: World, query: str, who: str = "bob") -> list[str]:
    return [each["text"] for each in world.do(who, "GET", f"search?{query}").json()["hits"]]


def test_words_are_found_with_their_places(world: World):
    hit = world.bob.get("search?q=budget").json()["hits"][0]
    assert hit["message"]["conversation"] == world.group
    assert hit["text"][slice(*hit["highlights"][0])] == "budget"


def test_the_filters_narrow(world: World):
    now = int(time.time() * 1000)
    assert found(world, f"q=budget&sender={world.alice.user.pk}")
    assert not found(world, f"q=budget&sender={world.bob.user.pk}")
    assert found(world, f"q=budget&after={now - 60_000}&before={now + 60_000}")
    assert not found(world, f"q=budget&before={now - 60_000}")
    assert not found(world, "q=budget&has=link")


@pytest.mark.parametrize("query", ["", "q=x&limit=51", "q=x&has=nothing", "q=x&cursor=!", "q=", "q=has%3Anothing"])
def test_a_search_that_is_none_is_refused(world: World, query: str):
    is_problem(world.bob.get(f"search?{query}"), 400, "invalid")


def test_a_search_costs_more_than_a_page(world: World):
    before = int(world.bob.get("me")["RateLimit-Remaining"])
    after = int(world.bob.get("search?q=budget")["RateLimit-Remaining"])
    assert before - after >= 4
