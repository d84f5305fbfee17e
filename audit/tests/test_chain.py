"""Whatever is done to a log, the chain says where."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audit import chain


def _log(length: int) -> tuple[list[dict[str, Any]], tuple[int, str]]:
    records, previous = [], chain.GENESIS
    for seq in range(1, length + 1):
        told: dict[str, Any] = dict.fromkeys(chain.FIELDS, "")
        told |= {"seq": seq, "at": seq * 1000, "actor": 1, "action": "user.changed", "after": {"name": "王"}}
        told |= {"previous": previous, "digest": chain.digest_of(told, previous)}
        previous = told["digest"]
        records.append(told)
    return records, (length, previous)


def _seqs(records: list[dict[str, Any]], head: tuple[int, str], **more: Any) -> set[int]:
    return {each.seq for each in chain.check(records, head=head, **more)}


def test_an_honest_log_has_nothing_wrong():
    records, head = _log(20)
    assert not _seqs(records, head)
    assert not _seqs([], (0, chain.GENESIS))


@given(st.integers(1, 12), st.sampled_from(["actor", "action", "after", "ip", "at", "reason", "target_name"]))
def test_an_altered_record_is_named(seq, field):
    records, head = _log(12)
    records[seq - 1] = {**records[seq - 1], field: 77}
    assert _seqs(records, head) == {seq}


@given(st.integers(1, 12))
def test_a_record_altered_with_its_digest_made_anew_shows_at_the_next(seq):
    records, head = _log(12)
    forged = {**records[seq - 1], "actor_name": "Mallory"}
    forged["digest"] = chain.digest_of(forged, forged["previous"])
    records[seq - 1] = forged
    assert _seqs(records, head) == {min(seq + 1, 12)}


@given(st.integers(1, 12))
def test_a_removed_record_is_named(seq):
    records, head = _log(12)
    del records[seq - 1]
    assert seq in _seqs(records, head) or (seq == 12 and _seqs(records, head) == {12})


def test_a_record_slipped_in_is_named():
    records, head = _log(5)
    records.insert(2, dict(records[1]))
    assert 2 in _seqs(records, head)


def test_a_log_rewritten_as_a_whole_disagrees_with_its_anchors():
    honest, _ = _log(6)
    anchors = {each["seq"]: each["digest"] for each in honest}
    records, previous = [], chain.GENESIS
    for told in honest[:4]:  # the last two taken away, the first four told anew
        changed = {**told, "actor": 2, "previous": previous}
        changed["digest"] = previous = chain.digest_of(changed, previous)
        records.append(changed)
    assert not _seqs(records, (4, previous))
    assert _seqs(records, (4, previous), anchors=anchors) == {1, 2, 3, 4, 5, 6}
