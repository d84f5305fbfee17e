"""A world in one process: a clock that jumps, a network that loses, doubles, delays, reorders and cuts. No real time."""

import heapq
import itertools
import random

from parley_sdk.codec import CODECS, JSON, MSGPACK


class FakeTimer:
    def __init__(self, action):
        self.action = action

    def cancel(self):
        self.action = None


class FakeClock:
    def __init__(self):
        self.time = 1_000.0
        self._queue = []
        self._count = itertools.count()

    def now(self):
        return self.time

    def call_later(self, delay, action):
        timer = FakeTimer(action)
        heapq.heappush(self._queue, (self.time + max(delay, 0.0), next(self._count), timer))
        return timer

    def advance(self, seconds, limit=200_000):
        """Let time pass. ``limit`` steps, so that a loop without end fails instead of hanging."""
        end = self.time + seconds
        while self._queue and self._queue[0][0] <= end:
            limit -= 1
            assert limit > 0, "time stands still: something reschedules itself without end"
            at, _, timer = heapq.heappop(self._queue)
            self.time = max(self.time, at)
            if timer.action is not None:
                timer.action()
        self.time = end


class Faults:
    """What the network does now. All 0: a good one with 10 ms each way."""

    def __init__(self, loss=0.0, double=0.0, jitter=0.0):
        self.loss, self.double, self.jitter = loss, double, jitter


class FakeLink:
    """One connection: ``side`` "client" and "server" each send to the other through the faults."""

    def __init__(self, net, events, token):
        self.net, self.events, self.token = net, events, token
        self.session = None
        self.is_open = True
        self.codec = net.codec

    # the client's side
    def send(self, data):
        self.net.carry(self, lambda: self.session and self.session.received(data))

    def close(self, code=1000, reason=""):
        if self.is_open:
            self.is_open = False
            self.net.links.discard(self)
            session, self.session = self.session, None
            if session:
                self.net.clock.call_later(0.01, session.closed)

    # the server's side
    def deliver(self, data):
        self.net.carry(self, lambda: self.events.received(data))

    def cut(self, code=1006, reason="cut"):
        """Both ends notice at once."""
        if self.is_open:
            self.is_open = False
            self.net.links.discard(self)
            if self.session:
                self.session.closed()
                self.session = None
            self.events.closed(code, reason)

    def freeze(self):
        """Half-open: nothing arrives any more, and nobody is told."""
        self.is_open = False
        self.net.links.discard(self)
        if self.session:
            self.session.closed()
            self.session = None


class FakeNet:
    """The transport of every client, and the way back."""

    def __init__(self, clock, server, seed=0, codec=MSGPACK):
        self.clock, self.server, self.codec = clock, server, codec
        self.random = random.Random(seed)
        self.faults = Faults()
        self.links = set()
        self.is_up = True
        self.opens = 0

    def open(self, events, token):
        self.opens += 1
        link = FakeLink(self, events, token)
        self.links.add(link)
        self.clock.call_later(0.01, lambda: self._opened(link))
        return link

    def _opened(self, link):
        if not link.is_open:
            return
        if not self.is_up or not self.server.is_up:
            link.cut(1006, "no route")
            return
        link.session = self.server.session(link)
        link.events.opened(link.codec.name)

    def carry(self, link, arrive):
        for _ in range(2 if self.random.random() < self.faults.double else 1):
            if self.random.random() < self.faults.loss:
                continue
            delay = 0.01 + self.random.random() * self.faults.jitter
            self.clock.call_later(delay, lambda: arrive() if link.is_open else None)

    def cut_all(self):
        for link in list(self.links):
            link.cut()


class FakeTokens:
    """Hands out a token at once and remembers what was asked."""

    def __init__(self, token):
        self.token = token
        self.asked = []

    def fetch(self, *, renew, done):
        self.asked.append(renew)
        done(self.token)


class MemoryStorage:
    def __init__(self):
        self.tables = {}

    def load(self, table):
        return dict(self.tables.get(table, {}))

    def put(self, table, key, value):
        self.tables.setdefault(table, {})[key] = value

    def delete(self, table, key):
        self.tables.get(table, {}).pop(key, None)


assert {JSON, MSGPACK} == set(CODECS.values())
