"""The chain: how a record becomes a digest, and how a row that was altered, removed or slipped in is found.

Pure: the verifier runs on an exported file on a machine without a database. Each digest is SHA-256 (FIPS 180-4) over the
digest before it and the record as JSON with sorted keys and no spaces, in UTF-8. The layout is versioned by ``VERSION``.
"""

import hashlib
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

#: Part of every digest, so that records of a later layout can never be taken for these.
VERSION = 1
#: What the first record stands on.
GENESIS = "0" * 64
#: What a digest covers, besides the digest before it.
FIELDS = (
    "seq", "at", "actor", "actor_name", "app", "token", "device", "ip", "action",
    "target_type", "target", "target_name", "conversation", "before", "after", "reason",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with the log: at which ``seq``, and what."""

    seq: int
    what: str


def digest_of(record: Mapping[str, Any], previous: str) -> str:
    """The digest of ``record`` (its FIELDS; ``at`` in microseconds since 1970 UTC) standing on ``previous``."""
    told = {name: record[name] for name in FIELDS} | {"version": VERSION, "previous": previous}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check(
    records: Iterable[Mapping[str, Any]], *, head: tuple[int, str], anchors: Mapping[int, str] | None = None
) -> Iterator[Finding]:
    """What is wrong with ``records`` (in order of seq) whose last should be ``head`` (seq, digest).

    ``anchors`` are digests noted elsewhere at the time (seq → digest): they find a log that was rewritten as a whole.
    """
    anchors = anchors or {}
    last, last_digest = yield from walk(records, anchors=anchors)
    yield from check_end((last, last_digest), head)
    for seq in sorted(each for each in anchors if each > last):
        yield Finding(seq, "was anchored and is gone")


def walk(
    records: Iterable[Mapping[str, Any]],
    *,
    after: tuple[int, str] = (0, GENESIS),
    anchors: Mapping[int, str] | None = None,
) -> Generator[Finding, None, tuple[int, str]]:
    """What is wrong with a stretch of records that follows ``after`` (seq, digest); returns its own last, to go on from."""
    anchors = anchors or {}
    last, last_digest = after
    previous, expected = last_digest, last + 1
    for record in records:
        seq = int(record["seq"])
        if seq != expected:
            yield Finding(min(seq, expected), _gap(expected, seq))
            previous = str(record["previous"])  # goes on from there, to find what else is wrong
        elif record["previous"] != previous:
            yield Finding(seq, "does not stand on the record before it")
        if digest_of(record, str(record["previous"])) != record["digest"]:
            yield Finding(seq, "was altered: its contents do not give its digest")
        if anchors.get(seq, record["digest"]) != record["digest"]:
            yield Finding(seq, "is not the record that was anchored")
        last, last_digest = seq, str(record["digest"])
        previous, expected = last_digest, seq + 1
    return last, last_digest


def check_end(last: tuple[int, str], head: tuple[int, str]) -> Iterator[Finding]:
    """Whether the log ends where its head says."""
    if last != head:
        said = f"the log ends at {last[0]}, its head says {head[0]}"
        yield Finding(max(last[0], head[0]), said + _same(last[0], head))


def _gap(expected: int, seq: int) -> str:
    if seq < expected:
        return f"record {seq} comes after record {expected - 1}"
    missing = f"record {expected} is" if seq == expected + 1 else f"records {expected} to {seq - 1} are"
    return f"{missing} missing"


def _same(last: int, head: tuple[int, str]) -> str:
    return ", with another digest" if last == head[0] else ""
