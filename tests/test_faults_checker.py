"""The checker of histories reports each kind of broken promise, and nothing about a history that keeps them all."""

from dataclasses import replace

import pytest

from tests.faults.checker import History, Ledger, Row, Said, Seen, check

ALICE, BOB, CHARLIE = 1, 2, 3


def kept() -> History:
    """Two messages behind the group's first entry, shown to both; Bob has read one."""
    rows = [Row(1, 0, ALICE, ""), Row(2, 1, ALICE, "a-0"), Row(3, 2, ALICE, "a-1")]
    seen = [Seen(row.seq, row.number, row.key) for row in rows]
    return History(
        said=[Said(7, "a-0", ALICE, "sent", 2), Said(7, "a-1", ALICE, "sent", 3)],
        rows={7: rows},
        ledgers=[
            Ledger("alice", ALICE, 7, list(seen), [0, 2], 0),
            Ledger("bob", BOB, 7, seen[1:], [0, 1, 1], 1),
        ],
        live=[Ledger("witness", CHARLIE, 7, [seen[2]])],
    )


def kinds(history: History) -> set[str]:
    return {finding.kind for finding in check(history)}


def test_a_history_that_keeps_every_promise_has_no_finding():
    assert check(kept()) == []


def test_acknowledged_and_not_stored_is_lost():
    history = kept()
    history.said.append(Said(7, "a-2", ALICE, "sent", 4))
    assert "lost" in kinds(history)


def test_stored_and_never_shown_is_lost():
    history = kept()
    history.ledgers[0].seen.pop()
    assert kinds(history) == {"lost"}


def test_a_hole_in_the_middle_of_what_was_shown_is_lost():
    history = kept()
    del history.ledgers[0].seen[1]
    assert kinds(history) == {"lost"}


def test_stored_twice_is_doubled():
    history = kept()
    history.rows[7].append(Row(4, 3, ALICE, "a-1"))
    assert "doubled" in kinds(history)


@pytest.mark.parametrize("where", ["ledgers", "live"])
def test_shown_twice_is_doubled(where):
    history = kept()
    ledger = getattr(history, where)[0]
    ledger.seen.append(ledger.seen[-1])
    assert kinds(history) == {"doubled"}


def test_shown_in_another_order_is_disordered():
    history = kept()
    seen = history.ledgers[0].seen
    seen[1], seen[2] = seen[2], seen[1]
    assert kinds(history) == {"disordered"}


def test_a_devices_own_messages_out_of_order_are_disordered():
    history = kept()
    history.said.reverse()
    assert kinds(history) == {"disordered"}


def test_shown_and_not_stored_is_a_phantom():
    history = kept()
    history.ledgers[1].seen.append(Seen(4, 3, "b-0"))
    assert kinds(history) == {"phantom"}


def test_shown_as_another_message_than_the_stored_one_is_a_phantom():
    history = kept()
    history.ledgers[1].seen[0] = Seen(2, 1, "b-0")
    assert kinds(history) == {"phantom"}


def test_stored_and_never_said_is_a_phantom():
    history = kept()
    history.said.pop()
    assert kinds(history) == {"phantom"}


@pytest.mark.parametrize("row", [Row(4, 2, ALICE, "a-1"), Row(3, 3, ALICE, "a-1")])
def test_a_skipped_seq_and_a_skipped_number_are_each_reported(row):
    history = kept()
    history.rows[7][2] = row
    assert "skipped" in kinds(history)


def test_not_where_the_answer_said_is_misplaced():
    history = kept()
    history.said[1] = replace(history.said[1], seq=9)
    assert kinds(history) == {"misplaced"}


def test_neither_sent_nor_failed_is_unsettled():
    history = kept()
    history.said[1] = replace(history.said[1], state="sending")
    assert kinds(history) == {"unsettled"}


def test_a_wrong_count_is_unread_drift():
    history = kept()
    history.ledgers[1].unread = 2
    assert kinds(history) == {"unread drift"}


def test_a_position_that_goes_back_is_a_receipt_regression():
    history = kept()
    history.ledgers[1].reads = [0, 2, 1]
    assert kinds(history) == {"receipt regression"}


def test_a_bare_connection_may_miss_something():
    history = kept()
    history.live[0].seen.clear()
    assert check(history) == []
