"""Preferences: in the inbox row, told to the own devices alone, cleared by reading, at the cost of no query of the inbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import selectors
from chat.models import Entry
from chat.services import preferences, receipts
from chat.services.preferences import Wish
from chat.tests import factories
from chat.tests.factories import seat, send
from protocol import limits
from protocol.errors import BadRequest, Forbidden

pytestmark = pytest.mark.django_db
UNTIL = 4_000_000_000_000


@pytest.fixture
def scene():
    made = factories.scene()
    for _ in range(3):
        send(made.alice, made.id)
    return made


@pytest.fixture
def told(monkeypatch):
    found = []
    for module in ("preferences", "receipts"):
        monkeypatch.setattr(f"chat.services.{module}.publish", found.extend)
    return found


def change(actor, where, **wish):
    return preferences.change(actor=actor, conversation=where, wish=Wish(**wish))


def wished(actor, where) -> tuple:
    state = selectors.get_state(actor.user, where)
    return state.notify, state.silent_until, bool(state.starred_at), state.unread_from


def test_a_wish_is_in_the_inbox_row_and_told_to_the_own_devices_alone(scene, told):
    change(scene.bob, scene.id, notify="mentions", silent_until=UNTIL, starred=True, unread_from=2)
    assert wished(scene.bob, scene.id) == ("mentions", UNTIL, True, 2)
    assert wished(scene.alice, scene.id) == ("all", 0, False, 0)
    assert [each.topic for each in told] == [f"user.{scene.bob.user}"]
    event = told[0].event
    assert (event.target, event.notify, event.silent_until, event.unread_from) == (scene.id, "mentions", UNTIL, 2)
    assert event.starred_at == selectors.get_state(scene.bob.user, scene.id).starred_at > 0


def test_what_is_left_out_stays_and_the_same_again_tells_nothing(scene, told):
    change(scene.bob, scene.id, notify="none", starred=True)
    starred_at = seat(scene.id, scene.bob).starred_at
    change(scene.bob, scene.id, starred=True)
    change(scene.bob, scene.id)
    assert len(told) == 1
    change(scene.bob, scene.id, silent_until=UNTIL)
    assert wished(scene.bob, scene.id) == ("none", UNTIL, True, 0)
    assert seat(scene.id, scene.bob).starred_at == starred_at
    change(scene.bob, scene.id, starred=False, silent_until=0, notify="all")
    assert wished(scene.bob, scene.id) == ("all", 0, False, 0)


def test_reading_further_clears_the_unread_mark(scene, told):
    change(scene.bob, scene.id, unread_from=1)
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=2)
    assert wished(scene.bob, scene.id)[3] == 0
    assert [each.event.__struct_config__.tag for each in told][:2] == ["preference.changed", "read.moved"]


def test_reading_again_what_was_read_clears_it_too_and_shows_nobody_a_receipt(scene, told):
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=3)
    change(scene.bob, scene.id, unread_from=3)
    told.clear()
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=2)
    assert (wished(scene.bob, scene.id)[3], told) == (3, [])
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=3)
    assert wished(scene.bob, scene.id)[3] == 0
    assert [(each.topic, each.event.read_number) for each in told] == [(f"user.{scene.bob.user}", 3)]


def test_a_delivered_position_leaves_the_mark(scene, told):
    change(scene.bob, scene.id, unread_from=1)
    receipts.mark([receipts.Mark(scene.bob, scene.id, delivered_seq=3)])
    assert wished(scene.bob, scene.id)[3] == 1


@pytest.mark.parametrize(
    ("wish", "path"),
    [
        ({"notify": "loud"}, "notify"),
        ({"silent_until": -1}, "silent_until"),
        ({"silent_until": 10**18}, "silent_until"),
        ({"unread_from": 4}, "unread_from"),
        ({"unread_from": -1}, "unread_from"),
    ],
)
def test_a_wrong_wish_is_refused_and_changes_nothing(scene, told, wish, path):
    with pytest.raises(BadRequest) as refused:
        change(scene.bob, scene.id, **{"starred": True, **wish})
    assert refused.value.details["path"] == path
    assert (wished(scene.bob, scene.id), told) == (("all", 0, False, 0), [])


def test_an_outsider_has_no_preferences(scene, told):
    for where in (scene.id, 10**9):
        with pytest.raises(Forbidden) as refused:
            change(scene.charlie, where, starred=True)
        assert refused.value.code == "not_a_member"
    assert not Entry.objects.filter(type="preference.changed").exists()


def test_a_device_that_was_away_long_is_told_by_the_row(scene):
    positions = {scene.id: selectors.get_state(scene.bob.user, scene.id).head_seq}
    personal = next(state for state in selectors.list_inbox(scene.bob.user, {}).states if state.kind == "personal")
    positions[personal.conversation] = personal.head_seq
    change(scene.bob, scene.id, notify="none")
    for place in range(limits.INBOX_DELTA + 1):
        change(scene.bob, scene.id, unread_from=place % 2 + 1)
    rows = {state.conversation: state for state in selectors.list_inbox(scene.bob.user, positions).states}
    assert rows[scene.id].notify == "none"


def test_a_change_costs_the_same_whatever_else_there_is(scene):
    def cost(where: int, **wish) -> int:
        with CaptureQueriesContext(connection) as queries:
            change(scene.bob, where, **wish)
        return len(queries)

    first = cost(scene.id, starred=True)
    for _ in range(20):
        send(scene.alice, scene.id)
    assert cost(scene.id, starred=False) == first <= 12
