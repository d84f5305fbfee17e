"""The load generator, a process of its own: sockets, a send schedule, acks, and a ledger of what arrived.

Reads one job as JSON from standard input and prints one result as JSON. Sending follows the clock, not the answers, and
latency counts from the moment a message was due, so a server that stalls cannot hide it.
"""

import asyncio
import gc
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec

from benchmarks import ledger
from benchmarks.websocket import LoadSocket, connect

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
HELLO, SYNC_ACK, PONG, SEND, SYNC = 1, 5, 4, 10, 40
SUBPROTOCOL = "parley.v1.msgpack"


@dataclass(slots=True)
class Member:
    """One simulated person's socket."""

    user: int
    url: str
    token: str
    conversations: list[int]
    socket: LoadSocket = field(init=False)
    reader: ledger.Reader = field(default_factory=ledger.Reader)
    positions: dict[int, int] = field(default_factory=dict)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    #: The page asked for; resolved with whether there is more.
    page: asyncio.Future[bool] | None = None


class Load:
    """One run of one job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.job = job
        self.stock = job.get("design") == "stock"
        self.ledger = ledger.Ledger()
        self.members: list[Member] = []
        self.sent = 0
        self.due: dict[int, int] = {}
        self.ack_ms: Counter[int] = Counter()
        self.accepted: dict[int, int] = {}
        self.errors: Counter[str] = Counter()
        self.closes: Counter[str] = Counter()
        self.latest = 0.0

    async def run(self) -> dict[str, Any]:
        """Connect, warm up, measure, drain, count."""
        await self._connect_all()
        gc.collect()
        gc.freeze()
        acks = asyncio.create_task(self._acknowledge())
        start = time.monotonic_ns()
        warm = int(self.job.get("warm", 2) * 1e9)
        self.ledger.measure_from = start + warm
        await self._send_all(start, warm + int(self.job["seconds"] * 1e9))
        await self._drain()
        live_missing = self._missing()
        # What comes live while pages are asked for comes twice, and a client drops it.
        doubled, disordered = (
            sum(getattr(each.reader, name) for each in self.members) for name in ("doubled", "disordered")
        )
        if live_missing and not self.stock:
            await self._heal()
        acks.cancel()
        return {**self._result(live_missing), "doubled": doubled, "disordered": disordered}

    async def _connect_all(self) -> None:
        gate = asyncio.Semaphore(50)
        urls, specs = self.job["urls"], self.job["members"]

        async def one(spec: dict[str, Any], url: str) -> Member:
            async with gate:
                member = Member(spec["user"], url, spec.get("token", ""), spec["conversations"])
                await self._connect(member)
                return member

        self.members = await asyncio.gather(*(one(spec, urls[i % len(urls)]) for i, spec in enumerate(specs)))
        heads = {int(key): head for key, head in self.job.get("heads", {}).items()}
        for member in self.members:
            member.reader.last = {0: 0} if self.stock else {each: heads.get(each, 0) for each in member.conversations}

    async def _connect(self, member: Member) -> None:
        if self.stock:
            address = f"{member.url}?conversation={member.conversations[0]}&user={member.user}"
            member.socket = await connect(address, lambda _, data: self._on_stock(member, data))
            return
        member.ready.clear()
        member.socket = await connect(member.url, lambda _, data: self._on_frame(member, data), subprotocol=SUBPROTOCOL)
        member.socket.send(_encode([HELLO, 1, 1, [], member.token, "benchmark"]))
        await asyncio.wait_for(member.ready.wait(), 60)

    async def _send_all(self, start: int, length: int) -> None:
        senders = self.members[: self.job.get("senders", 10)]
        gap = 1e9 / self.job["rate"]
        size = self.job.get("size", 200)
        number = 0
        while (due := start + int(number * gap)) < start + length:
            now = time.monotonic_ns()
            if due > now:
                await asyncio.sleep(min((due - now) / 1e9, 0.01) if due - now > 1_000_000 else 0)
                continue
            sender = senders[number % len(senders)]
            conversation = sender.conversations[(number // len(senders)) % len(sender.conversations)]
            number += 1
            self.due[number] = due
            text, key = ledger.text_of(due, size), f"{start:x}-{number:08d}"
            if self.stock:
                sender.socket.send(json.dumps({"id": number, "client_key": key, "text": text}).encode())
            else:
                sender.socket.send(_encode([SEND, number, conversation, key, "text", {"text": text}]))
        self.sent = number

    async def _acknowledge(self) -> None:
        """Cumulative acks, one frame a second and socket, spread over the second."""
        while not self.stock:
            batch = max(1, len(self.members) // 20)
            for i in range(0, len(self.members), batch):
                await asyncio.sleep(0.05)
                for member in self.members[i : i + batch]:
                    moved = {c: s for c, s in member.reader.last.items() if member.positions.get(c) != s}
                    if moved:
                        member.positions.update(moved)
                        member.socket.send(_encode([SYNC_ACK, moved]))
        await asyncio.Event().wait()

    async def _drain(self) -> None:
        """Until everybody has everything, or nothing new came for three seconds."""
        self.latest = time.monotonic()
        until = time.monotonic() + self.job.get("drain", 20)
        while time.monotonic() < until and time.monotonic() - self.latest < 3:
            await asyncio.sleep(0.1)
            if len(self.accepted) + sum(self.errors.values()) >= self.sent and not self._missing():
                return

    def _missing(self) -> int:
        """Deliveries that the accepted messages owe to the sockets and that have not come."""
        owed = Counter(self._conversation_of(number) for number in self.accepted)
        total = 0
        for member in self.members:
            total += sum(owed[0 if self.stock else each] for each in member.conversations) - member.reader.arrivals
        return max(0, total)

    def _conversation_of(self, number: int) -> int:
        if self.stock:
            return 0
        senders = self.members[: self.job.get("senders", 10)]
        index = number - 1
        chosen = senders[index % len(senders)].conversations
        return chosen[(index // len(senders)) % len(chosen)]

    async def _heal(self) -> None:
        """What a product client does at the next heartbeat: ask for what is missing, page after page, until it has it."""
        owed = Counter(self._conversation_of(number) for number in self.accepted)
        try:
            async with asyncio.timeout(self.job.get("heal", 120)):
                await asyncio.gather(*(self._catch_up(member, owed) for member in self.members))
        except TimeoutError:
            self.errors["catching up took too long"] += 1

    async def _catch_up(self, member: Member, owed: Counter[int]) -> None:
        for conversation in member.conversations:
            more = owed[conversation] > 0
            while more:
                if member.socket.closed.done():
                    self.closes[str(member.socket.closed.result())] += 1
                    await self._connect(member)
                holes = [seq for known, seq in member.reader.holes if known == conversation]
                after = min(holes) - 1 if holes else member.reader.last[conversation]
                page = member.page = asyncio.get_running_loop().create_future()
                member.socket.send(_encode([SYNC, 10_000_000, conversation, after, 0, 200]))
                await asyncio.wait([page, member.socket.closed], return_when=asyncio.FIRST_COMPLETED)
                more = not page.done() or page.result()
                await asyncio.sleep(0.02)  # the frame rate that the server grants

    def _on_frame(self, member: Member, data: bytes) -> None:
        kind = ledger.kind_of(data)
        if kind == ledger.EVENTS:
            self.latest = time.monotonic()
            self.ledger.record(member.reader, self.ledger.parse(data))
            return
        frame = _decode(data)
        if kind == ledger.ACCEPTED:
            self._accept(frame[1], frame[3])
        elif kind == ledger.PING:
            member.socket.send(_encode([PONG]))
        elif kind == ledger.ERROR:
            if member.page is not None and not member.page.done() and frame[1] == 10_000_000:
                member.page.set_result(True)
            self.errors[f"{frame[2]}: {frame[3]}"] += 1
        elif kind == ledger.ENTRIES:
            self.ledger.record(member.reader, [(e[1], e[2], 0) for e in frame[3] if e[0] == 10], asked=True)
            if member.page is not None and not member.page.done():
                member.page.set_result(bool(frame[5:6] and frame[5]))
        else:
            member.ready.set()

    def _on_stock(self, member: Member, data: bytes) -> None:
        if b"message.accepted" in data:
            frame = json.loads(data)
            self._accept(frame["id"], frame["seq"])
        else:
            self.latest = time.monotonic()
            self.ledger.record(member.reader, self.ledger.parse(data))

    def _accept(self, number: int, seq: int) -> None:
        due = self.due.get(number)
        if due is None:
            return
        self.accepted[number] = seq
        if due >= self.ledger.measure_from:
            self.ack_ms[(time.monotonic_ns() - due) // 1_000_000] += 1

    def _result(self, live_missing: int) -> dict[str, Any]:
        acks = ledger.Ledger()
        acks.milliseconds = self.ack_ms
        ack = acks.summary()
        closed = [member.socket.closed.result() for member in self.members if member.socket.closed.done()]
        self.closes.update(map(str, closed))
        return {
            "sent": self.sent,
            "accepted": len(self.accepted),
            "seqs": [min(self.accepted.values(), default=0), max(self.accepted.values(), default=0)],
            **self.ledger.summary(),
            "ack_p50_ms": ack["p50_ms"],
            "ack_p99_ms": ack["p99_ms"],
            "live_missing": live_missing,
            "lost": self._missing(),
            "errors": dict(self.errors.most_common(5)),
            "closed": dict(self.closes),
            "frames": sum(member.socket.frames for member in self.members),
            "mib_in": round(sum(member.socket.bytes_in for member in self.members) / 2**20, 1),
            "generator_cpu_s": round(time.process_time(), 1),
        }


def main() -> None:
    """One job in, one result out."""
    try:
        import uvloop
    except ModuleNotFoundError:
        print(json.dumps(asyncio.run(Load(json.load(sys.stdin)).run())))
    else:
        print(json.dumps(uvloop.run(Load(json.load(sys.stdin)).run())))


if __name__ == "__main__":
    main()
