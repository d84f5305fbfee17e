"""Unread counts and rows, whatever order the events of two timelines come in."""

import itertools

import msgspec
import pytest
from parley_sdk.store.inbox import MAX_NUMBERS, Inbox
from parley_sdk.wire import events as ev

ME, BOB = 1, 2


def state(**fields):
    given = {"conversation": 7, "kind": "group", "head_seq": 10, "last_number": 8, "read_number": 5} | fields
    recalled = len(given.get("recalled", []))
    given.setdefault("unread", given["last_number"] - given["read_number"] - recalled)
    return ev.ConversationState(**given)


def said(number, seq=None, sender=BOB, **more):
    seq = seq or number + 2
    return ev.MessageCreated(
        conversation=7, seq=seq, at=5, sender=sender, number=number, kind="text", body={}, version=seq, **more
    )


def recalled(number, seq=20):
    return ev.MessageRecalled(conversation=7, seq=seq, at=5, sender=BOB, target=number + 2, number=number)


def read(number, seq=1):
    return ev.ReadMoved(conversation=1001, seq=seq, at=5, target=7, read_number=number)


@pytest.fixture
def inbox():
    made = Inbox()
    made.user = ME
    made.replace(state())
    return made


def row(inbox):
    return inbox.rows[7]


def test_a_message_of_somebody_else_is_unread(inbox):
    inbox.apply(said(9, 11))
    assert row(inbox).unread == 4
    assert row(inbox).state.last.number == 9
    assert row(inbox).state.head_seq == 11


def test_sending_reads_everything_up_to_it(inbox):
    inbox.apply(said(9, 11, sender=ME))
    assert row(inbox).unread == 0


def test_a_recalled_message_is_not_unread(inbox):
    inbox.apply(recalled(7))
    assert row(inbox).unread == 2
    inbox.read(7, 7)
    assert row(inbox).unread == 1


def test_a_recall_below_the_read_position_changes_nothing(inbox):
    inbox.apply(recalled(3))
    assert row(inbox).unread == 3


def test_the_read_position_only_grows(inbox):
    assert inbox.read(7, 8)
    assert not inbox.read(7, 6)
    assert row(inbox).unread == 0


def test_a_mention_counts_until_it_is_read_or_recalled(inbox):
    inbox.apply(said(9, 11, mentions=[ME]))
    inbox.apply(ev.MentionReceived(conversation=1001, seq=1, at=5, message=said(9, 11, mentions=[ME])))
    assert row(inbox).unread_mentions == 1
    inbox.apply(recalled(9, 12))
    assert row(inbox).unread_mentions == 0


def test_every_order_of_two_timelines_gives_the_same_counts():
    moves = [said(9, 11, mentions=[ME]), recalled(9, 12), read(8)]
    results = set()
    for order in itertools.permutations(moves):
        if order.index(moves[0]) > order.index(moves[1]):
            continue  # of one timeline, whose order is kept
        inbox = Inbox()
        inbox.user = ME
        inbox.replace(state())
        for event in order:
            if isinstance(event, ev.ReadMoved):
                inbox.read(event.target, event.read_number)
            else:
                inbox.apply(event)
        results.add((row(inbox).unread, row(inbox).unread_mentions))
    assert results == {(0, 0)}


def test_a_snapshot_does_not_take_back_what_was_read_here(inbox):
    inbox.read(7, 8)
    inbox.replace(state(read_number=6))
    assert row(inbox).unread == 0


def test_more_recalled_messages_than_the_server_names():
    inbox = Inbox()
    inbox.replace(state(last_number=1_000, read_number=0, unread=700, recalled=list(range(801, 1_001))))
    assert len(row(inbox).recalled) == MAX_NUMBERS
    assert row(inbox).unread == 700
    inbox.read(7, 900)
    assert row(inbox).unread == 0


def test_the_preview_follows_edits_recalls_and_reactions_of_the_last_message(inbox):
    inbox.apply(said(9, 11))
    inbox.apply(ev.MessageEdited(conversation=7, seq=12, at=6, sender=BOB, target=11, body={"text": "new"}))
    inbox.apply(ev.ReactionAdded(conversation=7, seq=13, at=6, sender=ME, target=11, emoji="👍"))
    assert row(inbox).state.last.body == {"text": "new"}
    assert row(inbox).state.last.reactions == {"👍": [ME]}
    inbox.apply(ev.MessageRecalled(conversation=7, seq=14, at=7, sender=BOB, target=11, number=9))
    assert (row(inbox).state.last.body, row(inbox).state.last.recalled_at) == ({}, 7)


def test_titles_members_and_roles_follow(inbox):
    inbox.apply(ev.ConversationUpdated(conversation=7, seq=11, at=5, title="New", post_policy="admins"))
    inbox.apply(ev.MemberAdded(conversation=7, seq=12, at=5, users=[9], member_count=4))
    inbox.apply(ev.MemberChanged(conversation=7, seq=13, at=5, user=ME, role="admin"))
    inbox.apply(ev.MemberChanged(conversation=7, seq=14, at=5, user=BOB, role="owner"))
    found = row(inbox).state
    assert (found.title, found.post_policy, found.member_count, found.role) == ("New", "admins", 4, "admin")


def test_rows_come_latest_first(inbox):
    inbox.replace(msgspec.structs.replace(state(), conversation=8, last_at=99))
    assert [each.conversation for each in inbox] == [8, 7]
    assert inbox.unread == 6


def test_a_hint_of_a_large_conversation_moves_the_counts(inbox):
    inbox.advance(7, 50, 40)
    assert row(inbox).unread == 35
    inbox.advance(7, 40, 30)
    assert row(inbox).unread == 35


def test_what_is_not_in_the_inbox_is_ignored(inbox):
    inbox.remove(7)
    inbox.apply(said(9, 11))
    inbox.advance(7, 50, 40)
    assert not inbox.read(7, 9)
    assert inbox.rows == {}


def test_a_preference_is_in_the_row_and_leaves_the_counts_alone(inbox):
    inbox.prefer(7, notify="none", starred_at=9, unread_from=4)
    row = inbox.rows[7].state
    assert (row.notify, row.starred_at, row.unread_from, row.unread) == ("none", 9, 4, 3)
    inbox.prefer(99, notify="none")
    assert list(inbox.rows) == [7]
