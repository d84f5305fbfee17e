"""Redis and PostgreSQL are killed and started again under live sockets: real servers, started here and nobody else's.

Sockets survive, what was said meanwhile is told by its heads, live delivery resumes by itself, nothing is doubled.
"""

import json
import os
import time

import httpx
import pytest

from tests.callers import Person
from tests.gateways import Deployment
from tests.services import Keeper, Postgres, Redis, machine

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    # It starts its own servers in either run; once is enough.
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="runs with the scaled form"),
]
#: The gateways try the layer every second, compare heads every 5.
HEAL_SECONDS = 20


class Site:
    """Servers of this test's own, and a gateway over them."""

    def __init__(self, keeper):
        # Durable: without it PostgreSQL forgets the last commits when it is killed, and the group with them.
        self.postgres, self.redis = Postgres(keeper, durable=True), Redis(keeper)


@pytest.fixture(scope="module")
def site():
    with Keeper() as keeper:
        try:
            site = Site(keeper)
        except machine.Missing as problem:
            pytest.skip(str(problem))
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DATABASE_URL", site.postgres.create("restarts"))
            patch.setenv("REDIS_URL", site.redis.url())
            site.gateways = Deployment(3, gateways=2)
            yield site
            site.gateways.close()


class Ear:
    """A socket that remembers what it was told: entries, and heads of heartbeats."""

    def __init__(self, person):
        self.socket = person.socket()
        self.seqs, self.heads = [], {}

    def hear(self, seconds):
        try:
            frame = json.loads(self.socket.recv(seconds))
        except TimeoutError:
            return
        if frame["type"] == "ping":
            self.heads |= {int(key): head for key, head in frame["heads"].items()}
            self.socket.send(json.dumps({"type": "pong"}))
        for event in frame.get("events", ()):
            if event["type"] == "message.created":
                self.seqs.append(event["seq"])
                ack = {"type": "sync.ack", "positions": {str(event["conversation"]): event["seq"]}}
                self.socket.send(json.dumps(ack))

    def until(self, holds, seconds=HEAL_SECONDS):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, (self.seqs, self.heads)
            self.hear(0.2)


def seq_of(answer):
    assert answer.status_code in (200, 201), answer.text
    return answer.json()["seq"]


def test_redis_is_killed_and_comes_back(site):
    alice, bob = Person(site.gateways, 0), Person(site.gateways, 1, gateway=1)
    group = alice.group(bob)
    ear = Ear(bob)
    first = seq_of(alice.post(group, "before-redis"))
    ear.until(lambda: first in ear.seqs)
    site.redis.kill()
    # Writes do not need it; the layer loses the event.
    lost = seq_of(alice.post(group, "without-redis"))
    site.redis.again()
    ear.until(lambda: lost in ear.seqs or ear.heads.get(group, 0) >= lost)
    # Live again, by itself, on the same socket.
    end = time.monotonic() + HEAL_SECONDS
    live = []
    while not set(live) & set(ear.seqs):
        assert time.monotonic() < end, "live delivery did not resume"
        live.append(seq_of(alice.post(group, f"after-redis-{len(live):03}")))
        ear.hear(0.5)
    page = bob.http.get(f"/api/v1/conversations/{group}/messages").json()
    told = [each["seq"] for each in page["events"] if each["type"] == "message.created"]
    assert {first, lost, *live} <= set(told)
    assert len(ear.seqs) == len(set(ear.seqs))


def test_postgresql_is_killed_and_comes_back(site):
    alice, bob = Person(site.gateways, 0), Person(site.gateways, 1, gateway=1)
    group = alice.group(bob)
    ear = Ear(bob)
    seq_of(alice.post(group, "before-database"))
    site.postgres.kill()
    refused = alice.post(group, "the-one-key")
    assert refused.status_code == 503, refused.text
    assert refused.json()["code"] == "unavailable"
    site.postgres.again()
    # The same key, until it is taken; then once more, as a client does that did not hear the answer.
    end = time.monotonic() + HEAL_SECONDS
    while (answer := alice.post(group, "the-one-key")).status_code == 503:
        assert time.monotonic() < end, answer.text
        time.sleep(0.2)
    taken = seq_of(answer)
    assert seq_of(alice.post(group, "the-one-key")) == taken
    ear.until(lambda: taken in ear.seqs or ear.heads.get(group, 0) >= taken)
    keys = [row[4] for row in site.gateways.table(group) if row[4]]
    assert keys.count("the-one-key") == 1
    assert [row[0] for row in site.gateways.table(group)] == list(range(1, taken + 1))


def test_readyz_says_what_is_away(site):
    site.redis.kill()
    answer = httpx.get(site.gateways.url() + "/readyz", timeout=30)
    assert answer.status_code == 503
    site.redis.again()
    end = time.monotonic() + HEAL_SECONDS
    while httpx.get(site.gateways.url() + "/readyz", timeout=30).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.5)
