"""Who may see a channel: the whole table, against the rules as people read them in docs/spaces.md."""

from itertools import product
from types import SimpleNamespace

import pytest

from chat.models import Conversation
from chat.policy import channels

#: None: not in the space; "bearer": a member who bears role 3; "ghost": one whose role is gone.
SEATS = (None, "owner", "admin", "member", "bearer", "ghost", "admin-bearer")
LINES = (None, True, False)
SPACE = SimpleNamespace(rules={"roles": {"3": {"name": "Host"}, "4": {"name": "Guest"}}})


def seat_of(name):
    if name is None:
        return None
    role = {"bearer": "member", "ghost": "member", "admin-bearer": "admin"}.get(name, name)
    own = {"bearer": 3, "ghost": 9, "admin-bearer": 3}.get(name, 0)
    return SimpleNamespace(role=role, custom_role=own)


def expected(seat, person, role, private):
    """The page's table, line by line."""
    bears = seat in {"bearer", "admin-bearer"}
    table = [
        (seat is None, (False, "not_in_space")),
        (seat == "owner", (True, "owner")),
        (person is False, (False, "person_denied")),
        (person is True, (True, "person_allowed")),
        (bears and role is False, (False, "role_denied")),
        (bears and role is True, (True, "role_allowed")),
        (seat in {"admin", "admin-bearer"}, (True, "admin")),
        (private, (False, "private")),
        (True, (True, "public")),
    ]
    return next(answer for holds, answer in table if holds)


@pytest.mark.parametrize(("seat", "person", "role", "private"), [*product(SEATS, LINES, LINES, (False, True))])
def test_the_first_rule_that_says_something_decides(seat, person, role, private):
    # Role 9 is gone and role 4 is another's: their lines say nothing to who is asked about.
    lists = SimpleNamespace(
        private=private, roles={"9": not private, "4": private} | ({} if role is None else {"3": role})
    )
    right = channels.decide(space=SPACE, seat=seat_of(seat), channel=lists, person=person)
    assert (right.allowed, right.rule) == expected(seat, person, role, private)
    assert right.role == ("Host" if right.rule.startswith("role_") else "")


def test_who_governs_the_space_is_an_admin_in_its_channels_and_nobody_owns_one():
    assert [channels.role_inside(each) for each in ("owner", "admin", "member")] == ["admin", "admin", "member"]


def test_a_lobby_is_a_space_and_what_lies_in_it_a_channel():
    lobby, inside, other = Conversation(pk=7, space=7), Conversation(pk=8, space=7), Conversation(pk=9)
    assert [channels.is_space(each) for each in (lobby, inside, other)] == [True, False, False]
    assert [channels.is_channel(each) for each in (lobby, inside, other)] == [False, True, False]
