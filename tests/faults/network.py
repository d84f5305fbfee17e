"""A proxy that knows what it carries: it drops, delays, doubles, swaps and throttles by frame type and direction, or goes deaf.

What it does at a moment is its ``rules``; with none it passes everything. The first message of each direction passes always.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, get_args

import msgspec
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import WebSocketException
from websockets.typing import Data

from protocol.frames import AnyFrame
from protocol.replies import AnyServerFrame
from tests.fault_proxy import FaultProxy, Peer

#: direction → number of a frame type → its name.
NAMES = {
    way: {shape.code: shape.__struct_config__.tag for shape in get_args(union)}
    for way, union in (("up", AnyFrame), ("down", AnyServerFrame))
}


def name_of(way: str, data: Data) -> str:
    """The type of a frame in either codec; empty when it is none."""
    try:
        if isinstance(data, str):
            return str(msgspec.json.decode(data)["type"])
        code: Any = msgspec.msgpack.decode(data)[0]
    except (msgspec.DecodeError, KeyError, IndexError, TypeError):
        return ""
    return str(NAMES[way].get(code, ""))


@dataclass(frozen=True, slots=True)
class Rule:
    """What happens to frames of these types (none: of every type) in this direction (empty: in both).

    ``drop``, ``double``, ``swap``, ``cut``: shares. ``delay``: seconds at most, each frame its own. ``bytes_per_second``: of
    one connection and direction, 0 without limit. ``deaf``: share of connections that swallow everything and never end.
    """

    way: str = ""
    frames: frozenset[str] = frozenset()
    drop: float = 0.0
    double: float = 0.0
    swap: float = 0.0
    delay: float = 0.0
    cut: float = 0.0
    bytes_per_second: int = 0
    deaf: float = 0.0

    def concerns(self, way: str, name: str) -> bool:
        """Whether a frame of this name in this direction is meant."""
        return (not self.way or self.way == way) and (not self.frames or name in self.frames)


class FrameProxy(FaultProxy):
    """See the module. ``happened`` counts (what, direction, frame type)."""

    def __init__(self, target: str, seed: int = 0) -> None:
        super().__init__(target, seed)
        self.rules: tuple[Rule, ...] = ()
        self.happened: Counter[tuple[str, str, str]] = Counter()
        self._deaf: set[Peer] = set()

    def apply(self, rules: Iterable[Rule]) -> None:
        """From now on. A connection that went deaf stays so: its ends must find out."""
        self.rules = tuple(rules)
        share = max((rule.deaf for rule in self.rules), default=0.0)
        for connection in sorted(self._open, key=lambda each: str(each.id)):
            if self._random.random() < share:
                self._deaf.add(connection)
                self.happened["deaf", "", ""] += 1

    async def _carry(self, source: Peer, target: Peer) -> None:
        up = isinstance(source, ServerConnection)
        way, client = ("up", source) if up else ("down", target)
        held: Data | None = None
        first = True
        async for data in source:
            if first:
                first = False
                await target.send(data)
                continue
            if client in self._deaf:
                continue
            name = name_of(way, data)
            rules = [rule for rule in self.rules if rule.concerns(way, name)]
            if self._falls(rules, "cut", way, name):
                return
            if self._falls(rules, "drop", way, name):
                continue
            if held is None and self._falls(rules, "swap", way, name):
                held = data
                continue
            copies = [data, data] if self._falls(rules, "double", way, name) else [data]
            if held is not None:
                copies, held = [*copies, held], None
            await self._pass(rules, target, copies)
        if held is not None:
            await target.send(held)

    def _falls(self, rules: list[Rule], what: str, way: str, name: str) -> bool:
        share = max((getattr(rule, what) for rule in rules), default=0.0)
        fell = bool(share) and self._random.random() < share
        if fell:
            self.happened[what, way, name] += 1
        return fell

    async def _pass(self, rules: list[Rule], target: Peer, copies: list[Data]) -> None:
        delay = max((rule.delay for rule in rules), default=0.0)
        speeds = [rule.bytes_per_second for rule in rules if rule.bytes_per_second]
        for data in copies:
            self.counts["passed"] += 1
            if speeds:
                await asyncio.sleep(len(data) / min(speeds))
            if delay:
                self._spawn(self._later(target, data, self._random.random() * delay))
            else:
                with contextlib.suppress(WebSocketException):
                    await target.send(data)
