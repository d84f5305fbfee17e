"""One run: a cluster, people who talk through lying proxies, trouble by a plan, and the history that comes of it."""

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from deploy.cluster.layout import QUEUES, Layout
from tests.faults.checker import Finding, History, Row, check
from tests.faults.network import FrameProxy
from tests.faults.people import Device, Witness, be_quick
from tests.faults.schedule import Step, plan


@dataclass(frozen=True, slots=True)
class Size:
    """How big a run is. ``devices``: people with two devices are those below ``devices - people``."""

    sends: int
    rate: float
    steps: int
    seed: int = 1
    people: int = 12
    devices: int = 16
    groups: int = 8
    members: int = 5
    deaf: bool = False
    #: Seconds for everything to be back, written and shown after the last trouble.
    patience: float = 120.0


@dataclass(slots=True)
class Result:
    """What came of it."""

    findings: list[Finding]
    said: Counter[str]
    shown: int
    seconds: float
    settled_after: float
    packets: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    passed: int = 0
    troubles: Counter[str] = field(default_factory=Counter)


class Run:
    """See the module. ``layout`` is prepared and running; its gateways may hold a planted bug."""

    def __init__(self, layout: Layout, size: Size) -> None:
        self.layout, self.size = layout, size
        self.gateways = [name for name in layout.names if name.startswith("gateway")]
        self.proxies: list[FrameProxy] = []
        self.devices: list[Device] = []
        self.witnesses: list[Witness] = []
        self.groups: dict[int, list[Device]] = {}
        self.troubles: Counter[str] = Counter()

    async def go(self) -> Result:
        """Everything."""
        be_quick()
        began = time.monotonic()
        people = json.loads(self.layout.run("-m", "tests.delivery_setup", "make", str(self.size.people + 1)))["people"]
        for number, name in enumerate(self.gateways):
            socket = self.layout.url(name).replace("http", "ws") + "/ws/v1/"
            proxy = FrameProxy(socket, self.size.seed + number)
            await proxy.__aenter__()
            self.proxies.append(proxy)
        try:
            await self._gather(people)
            talking = asyncio.create_task(self._talk())
            for step in self.steps():
                await self._step(step, self.size.sends / self.size.rate / self.size.steps)
            await talking
            settled = await self._settle()
            history = await self._history()
            findings = check(history)
        finally:
            await asyncio.gather(*(each.client.aclose() for each in self.devices), return_exceptions=True)
            await asyncio.gather(*(each.aclose() for each in self.witnesses))
            for proxy in self.proxies:
                await proxy.__aexit__()
        packets = sum((proxy.happened for proxy in self.proxies), Counter())
        return Result(
            findings=findings,
            said=Counter(each.state for each in history.said),
            shown=sum(len(each.seen) for each in history.ledgers),
            seconds=time.monotonic() - began,
            settled_after=settled,
            packets=packets,
            passed=sum(proxy.counts["passed"] for proxy in self.proxies),
            troubles=self.troubles,
        )

    def steps(self) -> list[Step]:
        """The trouble, in order."""
        return plan(self.size.seed, self.size.steps, deaf=self.size.deaf)

    async def _gather(self, people: list[Any]) -> None:
        """Connect everybody, sender and receiver on different gateways, and make the groups."""
        size = self.size
        for number in range(size.devices):
            person, token = people[number % size.people]
            at = number % len(self.gateways)
            root = self.layout.url(self.gateways[at])
            self.devices.append(Device(f"device{number:03}", person, token, root=root, socket=self.proxies[at].url))
        await asyncio.gather(*(device.client.connect() for device in self.devices))
        witness, token = people[size.people]
        for number in range(size.groups):
            owner = self.devices[number % size.people]
            ids = [people[(number + each) % size.people][0] for each in range(size.members)]
            state = await owner.client.api.create_group(f"Chaos {number}", [*ids[1:], witness])
            self.groups[state.conversation] = [each for each in self.devices if each.person in ids]
        await until(
            lambda: all(pk in each.client.engine.inbox.rows for pk, members in self.groups.items() for each in members),
            seconds=self.size.patience,
            why=lambda: "the groups did not reach everybody",
        )
        for name in self.gateways[:2]:
            socket = self.layout.url(name).replace("http", "ws") + "/ws/v1/"
            self.witnesses.append(Witness(f"witness at {name}", witness, token, socket))
        await asyncio.sleep(1)

    async def _talk(self) -> None:
        """Say and read at the given rate, by the seed's dice; the clock decides, not the answers."""
        dice = random.Random(self.size.seed)
        began = time.monotonic()
        for turn in range(self.size.sends):
            conversation = dice.choice(list(self.groups))
            device = dice.choice(self.groups[conversation])
            device.say(conversation, f"message {turn}")
            if dice.random() < 0.1:
                dice.choice(self.groups[conversation]).client.conversation(conversation).mark_read()
            await asyncio.sleep(max(0.0, began + (turn + 1) / self.size.rate - time.monotonic()))

    async def _step(self, step: Step, seconds: float) -> None:
        end = time.monotonic() + seconds
        for proxy in self.proxies:
            proxy.apply(step.rules)
        self.troubles[step.network] += 1
        if step.process:
            self.troubles[step.process] += 1
            await asyncio.to_thread(self._break, step.process, step.which, min(3.0, seconds / 3))
        await asyncio.sleep(max(0.0, end - time.monotonic()))

    def _break(self, what: str, which: int, pause: float) -> None:
        """Hurt one process, and bring it back after ``pause`` seconds."""
        layout = self.layout
        verb, kind = what.split()
        name = self.gateways[which % len(self.gateways)] if kind == "gateway" else f"worker-{QUEUES[which % 2]}"
        if kind in {"redis", "postgres"}:
            server = layout.redis if kind == "redis" else layout.postgres
            server.kill()
            time.sleep(pause)
            server.again()
            return
        if verb == "freeze":
            layout.freeze(name)
            time.sleep(pause)
            layout.thaw(name)
            return
        if verb == "kill":
            layout.kill(name)
            time.sleep(pause)
        else:
            layout.stop(name)
        layout.start(name)
        if kind == "gateway":
            layout.wait(name)

    async def _settle(self) -> float:
        """No more trouble: until everything is written and every device shows what is stored. The seconds that took."""
        began = time.monotonic()
        for proxy in self.proxies:
            proxy.apply(())
        for device in self.devices:
            device.client.engine.connection.retry_now()
        await until(
            lambda: all(each.settled() and each.client.engine.synced for each in self.devices),
            seconds=self.size.patience,
            why=lambda: str([(each.name, str(each.client.state)) for each in self.devices if not each.settled()]),
        )
        self.rows = await self._rows()

        def behind() -> list[str]:
            return [
                f"{each.name} in {pk}: {each.client.engine.streams[pk].held} of {len(self.rows[pk])}"
                for pk, members in self.groups.items()
                for each in members
                if self.rows[pk] and (each.client.engine.streams[pk].held or 0) < self.rows[pk][-1].seq
            ]

        await until(lambda: not behind(), seconds=self.size.patience, why=behind, fails=False)
        settled = time.monotonic() - began
        for pk, members in self.groups.items():
            for device in members[::2]:
                device.client.conversation(pk).mark_read()
        # Positions are collected for 3 s at most and then told to a person's other devices.
        await asyncio.sleep(6)
        return settled

    async def _rows(self) -> dict[int, list[Row]]:
        told = await asyncio.to_thread(self.layout.run, "-m", "tests.delivery_setup", "tables", "0")
        tables: dict[str, list[Any]] = json.loads(told)
        return {
            pk: [Row(seq, number or 0, sender or 0, key or "") for seq, number, _, sender, key, _ in tables[str(pk)]]
            for pk in self.groups
        }

    async def _history(self) -> History:
        rows = await self._rows()
        return History(
            said=[said for device in self.devices for said in device.told()],
            rows=rows,
            ledgers=[device.finished(pk) for pk, members in self.groups.items() for device in members],
            live=[each for witness in self.witnesses for each in witness.ledgers if each.conversation in rows],
        )


async def until(condition: Any, *, seconds: float, why: Any, fails: bool = True) -> None:
    """Wait for it; ``fails``: otherwise the checker says what is missing."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            if fails:
                raise TimeoutError(str(why()))
            return
        await asyncio.sleep(0.05)
