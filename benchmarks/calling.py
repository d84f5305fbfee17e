"""The load generator of the HTTP door, in a process of its own: so many calls a second, each at its time.

A call that the server is late for is sent all the same and its lateness counted (open loop). Job and result are JSON.
"""

import asyncio
import json
import sys
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from benchmarks.machine import quantiles

#: Seconds that answers may come after the last call.
DRAIN_SECONDS = 20.0


class Line(asyncio.Protocol):
    """One kept connection with one call on it at a time."""

    def __init__(self, load: "Calls", gateway: int) -> None:
        self.load, self.gateway = load, gateway
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Open."""
        self.transport = transport  # type: ignore[assignment]

    def ask(self, call: bytes, due: float) -> None:
        """Send one call; ``due``: when it should have gone."""
        self.due = due
        assert self.transport is not None
        self.transport.write(call)

    def data_received(self, data: bytes) -> None:
        """Until the answer is whole: its length is told in its head."""
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = bytes(self.buffer[:end]).lower()
        length = int(_header(head, b"content-length") or 0)
        if len(self.buffer) < end + 4 + length:
            return
        del self.buffer[: end + 4 + length]
        self.load.answered(self, int(head[9:12]), head)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer that was waited for will not come."""
        self.load.lost(self, waited=self.due > 0)


@dataclass
class Calls:
    """``job``: ports, calls (each a list of [method, path, token, body]), rate, seconds."""

    job: dict[str, Any]
    idle: list[deque[Line]] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    waiting: int = 0
    told: Counter[str] = field(default_factory=Counter)
    #: When each answer came and with which status.
    came: list[tuple[float, int]] = field(default_factory=list)
    seconds: float = 0.0

    async def run(self) -> dict[str, Any]:
        """Warm up, call, wait for the answers."""
        self.idle = [deque() for _ in self.job["ports"]]
        calls = [self._bytes(*each) for each in self.job["calls"]]
        if warm := self.job.get("warm", 0):
            await self._drive(calls, self.job["rate"] / 2, warm)
        for kept in (self.ms, self.statuses, self.told, self.came):
            kept.clear()
        began = time.monotonic()
        sent = await self._drive(calls, self.job["rate"], self.job["seconds"])
        self.seconds = time.monotonic() - began
        return {
            "sent": sent,
            "seconds": round(self.seconds, 2),
            "statuses": {str(status): count for status, count in sorted(self.statuses.items())},
            **{f"{name} ms": value for name, value in quantiles(self.ms).items()},
            "told": dict(self.told),
            "steady": self._steady(),
        }

    async def _drive(self, calls: list[bytes], rate: float, seconds: float) -> int:
        """Call for that long; how many calls went out."""
        start, number, total = time.monotonic(), 0, int(rate * seconds)
        gap = 1 / rate
        while number < total:
            due = start + number * gap
            if (now := time.monotonic()) < due:
                await asyncio.sleep(min(due - now, 0.005))
                continue
            gateway = number % len(self.idle)
            line = self.idle[gateway].popleft() if self.idle[gateway] else await self._connect(gateway)
            self.waiting += 1
            line.ask(calls[number % len(calls)], due)
            number += 1
        until = time.monotonic() + DRAIN_SECONDS
        while self.waiting and time.monotonic() < until:  # noqa: ASYNC110 - once in a run
            await asyncio.sleep(0.01)
        return number

    async def _connect(self, gateway: int) -> Line:
        loop = asyncio.get_running_loop()
        _, line = await loop.create_connection(lambda: Line(self, gateway), "127.0.0.1", self.job["ports"][gateway])
        return line

    def _steady(self) -> list[float]:
        """Seconds between the first and the last refusal, and how many calls passed in them: the bucket was empty then."""
        refused = [at for at, status in self.came if status == 429]
        if not refused:
            return [0.0, 0]
        passed = sum(refused[0] < at < refused[-1] for at, status in self.came if status == 200)
        return [refused[-1] - refused[0], passed]

    def answered(self, line: Line, status: int, head: bytes) -> None:
        """Count it; the connection is free for another."""
        self.waiting -= 1
        self.ms.append((time.monotonic() - line.due) * 1000)
        self.statuses[status] += 1
        self.came.append((time.monotonic(), status))
        for name in (b"ratelimit-limit", b"ratelimit-remaining", b"ratelimit-reset", b"retry-after"):
            if _header(head, name):
                self.told[f"{name.decode()} with {status}"] += 1
        line.due = 0.0
        if _header(head, b"connection") != b"close":
            self.idle[line.gateway].append(line)

    def lost(self, line: Line, *, waited: bool) -> None:
        """A connection ended: between two calls that is the server's right."""
        if waited:
            self.waiting -= 1
            self.statuses[0] += 1
        elif line in self.idle[line.gateway]:
            self.idle[line.gateway].remove(line)

    def _bytes(self, method: str, path: str, token: str, body: Any = None) -> bytes:
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {token}"]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(content)}"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + content


def _header(head: bytes, name: bytes) -> bytes:
    """The value of a header in a head that is in lower case."""
    at = head.find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    return head[at + len(name) + 3 :].split(b"\r\n", 1)[0].strip()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Calls(json.load(sys.stdin)).run())))
