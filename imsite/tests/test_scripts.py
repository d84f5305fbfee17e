from datetime import UTC, datetime, timedelta

import pytest

from imsite.demo import attachments, people, scripts

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "now", [NOON, NOON.replace(hour=0, minute=1), NOON.replace(hour=23, minute=59), NOON + timedelta(days=2)]
)
def test_time_only_moves_forward_and_ends_before_now(now):
    for place in scripts.read(now):
        times = [place.created, *(step.at for step in place.steps)]
        assert times == sorted(times), place.key
        assert times[-1] <= now
    moments = [step.at for step in scripts.in_order(scripts.read(now))]
    assert moments == sorted(moments)
    assert moments[-1] - moments[0] > timedelta(weeks=5)


def test_everybody_who_acts_is_a_member_and_every_name_is_known():
    names = {each.username for each in people.read()[1]}
    for place in scripts.read(NOON):
        members = names if place.everybody else {place.owner, *place.members}
        assert members <= names
        assert set(place.unread) <= members, place.key
        for step in place.steps:
            assert not step.who or step.who in members, (place.key, step)
            assert set(step.mentions) <= members, (place.key, step)


def test_the_talk_has_everything_that_people_do():
    steps = list(scripts.in_order(scripts.read(NOON)))
    assert {step.verb for step in steps} == {"say", "edit", "recall", "react"}
    assert {step.extra.partition(" ")[0] for step in steps} == {"", "card", "image", "file"}
    assert any(step.mentions for step in steps)
    assert any(step.mentions_all for step in steps)
    assert any(step.back for step in steps)
    assert any("\n" in step.text for step in steps)
    assert any(any("一" <= letter <= "鿿" for letter in step.text) for step in steps)
    for step in steps:
        kind, _, name = step.extra.partition(" ")
        assert kind not in ("image", "file") or attachments.content(name)


def test_alice_and_bob_have_something_to_read_and_did_not_speak_after_it():
    places = scripts.read(NOON)
    for who in ("alice", "bob"):
        assert sum(place.unread.get(who, 0) for place in places) >= 8
        for place in places:
            said = [step.who for step in place.steps if step.verb == "say"]
            count = place.unread.get(who, 0)
            assert who not in said[len(said) - count :], (place.key, who)


def test_a_line_outside_the_notation_is_refused():
    with pytest.raises(ValueError, match="notation"):
        scripts._Reader(NOON).line("this is no line")


def test_the_same_moment_gives_the_same_talk():
    assert [place.steps for place in scripts.read(NOON)] == [place.steps for place in scripts.read(NOON)]


def test_bots_do_not_chat():
    bots = {each.username for each in people.read()[1] if each.is_bot}
    said = [step for step in scripts.in_order(scripts.read(NOON)) if step.who in bots and step.verb == "say"]
    assert said
    assert all(step.extra.startswith("card ") for step in said)
