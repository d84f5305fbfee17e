"""What a conversation shows: pages and live entries together, each message in its newest state."""

from parley_sdk.store import timeline as module
from parley_sdk.store.timeline import Timeline
from parley_sdk.wire import events as ev
from parley_sdk.wire.replies import TimelinePage


def said(seq, text="x", **more):
    version = more.pop("version", seq)
    return ev.MessageCreated(
        conversation=7, seq=seq, at=1, sender=2, number=seq, kind="text", body={"text": text}, version=version, **more
    )


def page(*events, head=0, **more):
    return TimelinePage(id=1, conversation=7, events=list(events), head_seq=head or events[-1].seq, **more)


def edit(seq, target, text):
    return ev.MessageEdited(conversation=7, seq=seq, at=seq, sender=2, target=target, body={"text": text})


def react(seq, target, user, *, on=True, emoji="👍"):
    shape = ev.ReactionAdded if on else ev.ReactionRemoved
    return shape(conversation=7, seq=seq, at=seq, sender=user, target=target, emoji=emoji)


def recall(seq, target):
    return ev.MessageRecalled(conversation=7, seq=seq, at=seq, sender=2, target=target, number=target)


def texts(timeline):
    return [each.body.get("text") for each in timeline.messages]


def test_entries_and_notices_in_order():
    timeline = Timeline(7)
    timeline.apply(said(1, "a"))
    timeline.apply(ev.MemberAdded(conversation=7, seq=2, at=1, users=[3], member_count=3))
    timeline.apply(ev.MemberChanged(conversation=7, seq=3, at=1, user=3, role="admin"))
    timeline.apply(said(4, "b"))
    assert [each.seq for each in timeline.entries] == [1, 2, 4]
    assert texts(timeline) == ["a", "b"]


def test_changes_fold_into_their_message():
    timeline = Timeline(7)
    timeline.apply(said(1, "a", mentions=[5]))
    timeline.apply(react(2, 1, 3))
    timeline.apply(react(3, 1, 4))
    timeline.apply(react(4, 1, 3, on=False))
    timeline.apply(edit(5, 1, "b"))
    message = timeline.get(1)
    assert (message.body, message.reactions, message.version, message.edited_at) == ({"text": "b"}, {"👍": [4]}, 5, 5)
    timeline.apply(react(6, 1, 4, on=False))
    assert timeline.get(1).reactions == {}
    timeline.apply(recall(7, 1))
    message = timeline.get(1)
    assert (message.body, message.mentions, message.recalled_at) == ({}, [], 7)
    timeline.apply(edit(8, 1, "too late"))
    assert timeline.get(1).body == {}


def test_a_change_that_a_page_already_carries_is_not_applied_twice():
    timeline = Timeline(7)
    timeline.merge(page(said(1, "b", version=5, reactions={"👍": [3]}), head=5))
    for change in (react(3, 1, 3), edit(4, 1, "a"), edit(5, 1, "b")):
        timeline.apply(change)
    assert timeline.get(1) == said(1, "b", version=5, reactions={"👍": [3]})


def test_an_older_page_does_not_take_back_a_newer_state():
    timeline = Timeline(7)
    timeline.apply(said(1, "a"))
    timeline.apply(edit(2, 1, "b"))
    timeline.merge(page(said(1, "a")))
    assert texts(timeline) == ["b"]


def test_pages_go_in_front_and_say_whether_there_is_more():
    timeline = Timeline(7)
    timeline.merge(page(said(5), said(6), has_older=True))
    assert timeline.has_older
    timeline.merge(page(said(3), said(4), has_older=False))
    assert not timeline.has_older
    assert (timeline.oldest, len(timeline.entries)) == (3, 4)


def test_an_empty_page_ends_the_search_for_older_ones():
    timeline = Timeline(7)
    timeline.merge(TimelinePage(id=1, conversation=7, events=[], head_seq=0))
    assert not timeline.has_older


def test_clearing_starts_again_and_old_pages_are_known_to_be_old():
    timeline = Timeline(7)
    timeline.apply(said(1))
    generation = timeline.generation
    timeline.clear()
    assert (timeline.entries, timeline.has_older) == ([], True)
    assert timeline.generation != generation


def test_memory_is_bounded_and_what_goes_can_be_loaded_again(monkeypatch):
    monkeypatch.setattr(module, "MAX_KEPT", 10)
    timeline = Timeline(7)
    timeline.merge(page(said(1)))
    for seq in range(2, 40):
        timeline.apply(said(seq))
    assert [each.seq for each in timeline.entries] == list(range(30, 40))
    assert timeline.has_older
