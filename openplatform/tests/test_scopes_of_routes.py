"""Scope × role × route, generated from the table of routes: without its scope everything is refused, and with that scope
alone an app gets exactly what the person gets for whom it acts."""

import pytest

from accounts.services import devices, tokens
from chat.realtime import commands
from openplatform.api.urls import RESOURCES
from openplatform.scopes import SCOPES
from openplatform.tests.factories import World
from openplatform.tests.test_api import METHODS, PEOPLE, TABLE

ROLES = PEOPLE[1:]
SCOPE_OF = {
    getattr(view, method).operation: getattr(view, method).scope
    for view in RESOURCES.values()
    for method in METHODS
    if hasattr(view, method)
}
PUBLIC = {"tokens.create"}
SCOPED = [name for name in TABLE if SCOPE_OF[name] and name not in PUBLIC]


def let_in(world: World, who: str, scopes: set[str]) -> None:
    """From now on ``who`` asks through an app that was given ``scopes``."""
    caller = getattr(world, who)
    seat = devices.register(user=caller.user, platform="app", name="Builds", app=7)
    raw, caller.token = tokens.issue_for(device=seat, scopes=scopes, prefix="plya_")
    caller.headers["Authorization"] = f"Bearer {raw}"


def ask(world: World, who: str, name: str):
    row = TABLE[name]
    return world.do(who, row.method, row.address, row.body and row.body(world))


def test_every_route_and_frame_names_a_scope_that_is_explained():
    assert {scope for scope in SCOPE_OF.values() if scope} <= SCOPES.keys()
    assert {scope for scope in commands.SCOPES.values() if scope} <= SCOPES.keys()
    assert commands.SCOPES.keys() == commands.COMMANDS.keys()


@pytest.mark.parametrize("name", SCOPED)
def test_without_its_scope_a_token_is_refused_whoever_it_acts_for(world: World, name: str):
    for who in ROLES:
        let_in(world, who, set(SCOPES) - {SCOPE_OF[name]})
        response = ask(world, who, name)
        assert response.status_code == 403, response.content
        assert response.json()["details"] == {"rule": "scope", "scope": SCOPE_OF[name]}
        assert f'scope="{SCOPE_OF[name]}"' in response["WWW-Authenticate"]


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("name", SCOPED)
def test_with_its_scope_alone_an_app_gets_what_the_person_gets(world: World, name: str, who: str):
    let_in(world, who, {str(SCOPE_OF[name])})
    response = ask(world, who, name)
    assert response.status_code == TABLE[name].statuses[PEOPLE.index(who)], getattr(response, "content", b"")[:300]


@pytest.mark.parametrize("name", [name for name in TABLE if SCOPE_OF[name] is None])
def test_what_is_a_persons_no_app_does_with_all_scopes_there_are(world: World, name: str):
    let_in(world, "alice", set(SCOPES))
    response = ask(world, "alice", name)
    assert response.status_code == 403
    assert response.json()["details"] == {"rule": "in_person"}


def test_any_token_may_ask_whose_it_is(world: World):
    let_in(world, "alice", set())
    assert ask(world, "alice", "me.get").json()["person"]["username"] == "alice"
