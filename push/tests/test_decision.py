"""Who is pushed what, when, and why: every rule alone, and those that meet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from push.decision import Message, Person, Verdict, decide, in_quiet_hours
from push.words import REASONS, explain

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday
SAID = Message(sender=1, seq=7, number=5, at=NOW, words="the launch is at noon")
BOB = Person(user=2)
NIGHT = {"from": "22:00", "to": "08:00", "days": [1, 2, 3, 4, 5], "timezone": "UTC"}


def test_who_is_away_is_pushed_at_once():
    assert decide(SAID, BOB, NOW) == Verdict("now", "all")


@pytest.mark.parametrize(
    ("message", "person", "reason"),
    [
        ({"sender": 2}, {}, "own"),
        ({"system": True}, {}, "system"),
        ({"recalled": True}, {}, "recalled"),
        ({}, {"active": False}, "closed_account"),
        ({}, {"history_from": 8}, "before_joining"),
        ({}, {"read_number": 5}, "read"),
        ({"at": NOW - timedelta(hours=25)}, {}, "too_old"),
        ({}, {"quiet_until": NOW + timedelta(minutes=1)}, "do_not_disturb"),
        ({}, {"quiet_hours": {"from": "11:00", "to": "13:00"}}, "quiet_hours"),
        ({}, {"silent_until": NOW + timedelta(minutes=1)}, "silent"),
        ({}, {"notify": "none"}, "muted"),
        ({}, {"level": "none"}, "level_none"),
        ({}, {"notify": "mentions"}, "no_mention"),
        ({}, {"level": "mentions"}, "no_mention"),
        ({"mentions": frozenset({2})}, {"notify": "none"}, "muted"),
    ],
)
def test_not(message, person, reason):
    assert decide(replace(SAID, **message), replace(BOB, **person), NOW) == Verdict("not", reason)


@pytest.mark.parametrize(
    ("message", "person", "reason"),
    [
        ({"mentions": frozenset({2})}, {"notify": "mentions"}, "mentioned"),
        ({"mentions_all": True}, {"level": "mentions"}, "mentioned"),
        ({}, {"level": "mentions", "keywords": ("launch",)}, "keyword"),
        ({"direct": True}, {"level": "mentions"}, "direct"),
        ({}, {"presence": "away"}, "idle"),
        ({"urgent": True}, {"notify": "none", "quiet_until": NOW + timedelta(days=1), "level": "none"}, "urgent"),
        ({}, {"silent_until": NOW - timedelta(seconds=1), "quiet_until": NOW - timedelta(seconds=1)}, "all"),
    ],
)
def test_now(message, person, reason):
    assert decide(replace(SAID, **message), replace(BOB, **person), NOW) == Verdict("now", reason)


def test_urgent_wakes_nobody_who_has_read_it():
    assert decide(replace(SAID, urgent=True), replace(BOB, read_number=5), NOW).action == "not"


def test_a_live_device_has_a_moment_to_ack_and_counts_as_away_afterwards():
    live = replace(BOB, presence="online", delivered_seq=6)
    waiting = decide(SAID, live, NOW)
    assert (waiting.action, waiting.reason, waiting.at) == ("later", "ack_awaited", NOW + timedelta(seconds=8))
    assert decide(SAID, live, NOW + timedelta(seconds=8)) == Verdict("now", "not_acknowledged")
    assert decide(SAID, replace(live, delivered_seq=7), NOW + timedelta(seconds=8)) == Verdict("not", "online")


def test_where_nobody_keeps_acks_presence_is_asked_again():
    live = replace(BOB, presence="online")
    assert decide(SAID, live, NOW).action == "later"
    assert decide(SAID, live, NOW + timedelta(seconds=9)) == Verdict("not", "online")
    assert decide(SAID, BOB, NOW + timedelta(seconds=9)).action == "now"


@pytest.mark.parametrize(
    ("day", "clock", "quiet"),
    [
        (2, "22:00", True), (3, "07:59", True), (3, "08:00", False), (3, "21:59", False),
        (6, "23:00", False), (6, "07:00", True), (7, "07:00", False), (1, "07:00", False), (1, "22:30", True),
    ],
)  # fmt: skip
def test_a_night_belongs_to_the_day_on_which_it_began(day, clock, quiet):
    moment = datetime.fromisoformat(f"2026-11-{22 + day}T{clock}:00+00:00")
    assert moment.isoweekday() == day
    assert in_quiet_hours(NIGHT, moment) is quiet


def test_quiet_hours_are_of_the_persons_own_clock():
    shanghai = {**NIGHT, "timezone": "Asia/Shanghai"}
    assert in_quiet_hours(shanghai, datetime(2026, 11, 25, 14, 30, tzinfo=UTC))
    assert not in_quiet_hours(NIGHT, datetime(2026, 11, 25, 14, 30, tzinfo=UTC))


def test_every_reason_has_its_sentence_in_both_languages():
    for reason, (english, chinese) in REASONS.items():
        assert explain(reason) == english != explain(reason, chinese=True) == chinese
