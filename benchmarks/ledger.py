"""What the clients saw: per socket, which positions arrived, in what order, how long after they were sent.

Counted from the bytes each socket received; the server is never asked. A parsed frame is remembered by its bytes, since
the sockets of one conversation receive equal ones and the generator shares the machine with the server.
"""

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

_decode = msgspec.msgpack.Decoder().decode
_EVENTS, _PING, _ACCEPTED, _ERROR, _CREATED = 105, 104, 110, 102, 10

#: (conversation, seq, nanoseconds at which it was sent)
Arrival = tuple[int, int, int]


def text_of(now: int, size: int = 200) -> str:
    """A message text that says when it was sent, ``size`` characters long."""
    return f"{now}:".ljust(size, ".")


@dataclass(slots=True)
class Reader:
    """One socket's view of the conversations it is in."""

    last: dict[int, int] = field(default_factory=dict)
    holes: set[tuple[int, int]] = field(default_factory=set)
    arrivals: int = 0
    doubled: int = 0
    disordered: int = 0
    acked: dict[int, int] = field(default_factory=dict)


class Ledger:
    """All sockets' arrivals and one histogram of milliseconds from send to arrival."""

    def __init__(self) -> None:
        self.milliseconds: Counter[int] = Counter()
        self.measure_from = 0
        self._parsed: dict[bytes, list[Arrival]] = {}

    def parse(self, payload: bytes) -> list[Arrival]:
        """Messages in an ``events`` frame (binary codec) or a stock event (JSON)."""
        known = self._parsed.get(payload)
        if known is not None:
            return known
        if len(self._parsed) > 2_000:
            self._parsed.clear()
        if payload[:1] == b"{":
            event = json.loads(payload)
            found = [(0, event["seq"], int(event["text"].split(":", 1)[0]))] if "text" in event else []
        else:
            frame = _decode(payload)
            found = [
                (event[1], event[2], int(event[8]["text"].split(":", 1)[0]))
                for event in (frame[1] if frame[0] == _EVENTS else [])
                if event[0] == _CREATED
            ]
        self._parsed[payload] = found
        return found

    def record(self, reader: Reader, arrivals: list[Arrival], *, asked: bool = False) -> None:
        """Enter what one socket just received; ``asked``: a page that fills holes, so no order is expected of it."""
        now = time.monotonic_ns()
        last, histogram = reader.last, self.milliseconds
        for conversation, seq, sent in arrivals:
            expected = last.get(conversation, seq - 1) + 1
            if seq == expected:
                last[conversation] = seq
            elif seq > expected:
                reader.holes.update((conversation, missing) for missing in range(expected, seq))
                last[conversation] = seq
            elif (conversation, seq) in reader.holes:
                reader.holes.discard((conversation, seq))
                reader.disordered += not asked
            else:
                reader.doubled += not asked
                continue
            reader.arrivals += 1
            if sent >= self.measure_from:
                histogram[(now - sent) // 1_000_000] += 1

    def summary(self) -> dict[str, float]:
        """Deliveries measured and the p50, p99 and greatest milliseconds among them."""
        total = sum(self.milliseconds.values())
        found: dict[str, float] = {"deliveries": total}
        for name, share in (("p50_ms", 0.50), ("p99_ms", 0.99), ("max_ms", 1.0)):
            seen, wanted = 0, share * total
            for milliseconds in sorted(self.milliseconds):
                seen += self.milliseconds[milliseconds]
                if seen >= wanted:
                    found[name] = float(milliseconds)
                    break
            else:
                found[name] = 0.0
        return found


def is_ping(frame: Any) -> bool:
    """Whether a decoded binary frame is the server's heartbeat."""
    return bool(frame[0] == _PING)


def kind_of(payload: bytes) -> int:
    """The frame number of a binary frame without decoding it (0: JSON)."""
    if not payload or payload[0] & 0xF0 != 0x90:
        return 0
    # A number above 127 takes two bytes. Read as one, every page that was asked for went uncounted.
    return payload[2] if payload[1] == 0xCC else payload[1]


EVENTS, PING, ACCEPTED, ERROR, ENTRIES = _EVENTS, _PING, _ACCEPTED, _ERROR, 140
