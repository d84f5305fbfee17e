"""The token bucket: on Redis and in one process the same."""

import json
import os
import subprocess
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisAway

from openplatform import rates


def test_a_bucket_empties_and_says_when_to_come_back():
    seen = [rates.take("a", rate=1.0, burst=3) for _ in range(4)]
    assert [each.allowed for each in seen] == [True, True, True, False]
    assert [each.remaining for each in seen] == [2, 1, 0, 0]
    assert [each.reset for each in seen] == [1, 2, 3, 3]
    assert 0.8 < seen[-1].retry_after <= 1.0


def test_buckets_are_apart():
    assert rates.take("a", rate=0.01, burst=1).allowed
    assert rates.take("b", rate=0.01, burst=1).allowed
    assert not rates.take("a", rate=0.01, burst=1).allowed


@pytest.mark.skipif(bool(settings.REDIS_URL), reason="Redis keeps its own clock")
def test_tokens_come_back_with_time():
    with time_machine.travel(1_000_000, tick=False) as clock:
        for _ in range(2):
            rates.take("a", rate=2.0, burst=2)
        assert not rates.take("a", rate=2.0, burst=2).allowed
        clock.shift(0.5)
        assert rates.take("a", rate=2.0, burst=2).allowed
        assert not rates.take("a", rate=2.0, burst=2).allowed
        clock.shift(60)
        assert rates.take("a", rate=2.0, burst=2).remaining == 1


def test_a_dear_request_takes_more():
    assert rates.take("a", rate=0.01, burst=10, cost=8).remaining == 2
    assert not rates.take("a", rate=0.01, burst=10, cost=3).allowed
    assert rates.take("a", rate=0.01, burst=10, cost=2).allowed


def test_rivals_never_get_more_than_the_bucket_holds():
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: rates.take("a", rate=0.01, burst=20).allowed, range(200)))
    assert sum(seen) == 20


def test_a_cache_that_is_away_lets_everybody_pass(monkeypatch):
    def away(*_, **__):
        raise RedisAway("gone")

    monkeypatch.setattr(cache, "get", away)
    monkeypatch.setattr(rates, "_redis", lambda: None)
    assert rates.take("a", rate=0.01, burst=1).allowed
    assert rates.take("a", rate=0.01, burst=1).allowed


#: Prints when it first and last asked, how often, and how often it was let through.
NODE = """
import json, sys, time
import django
django.setup()
from openplatform import rates
rates.take("warm", rate=1.0, burst=1)
print("ready", flush=True)
sys.stdin.readline()
asked, passed, began = 0, 0, time.time()
while time.time() - began < 2.0:
    asked += 1
    passed += rates.take("shared", rate=60.0, burst=30).allowed
print(json.dumps([began, time.time(), asked, passed]))
"""


@pytest.mark.skipif(not settings.REDIS_URL, reason="one process has one bucket")
def test_two_nodes_at_ten_times_the_rate_let_through_what_one_may_within_5_percent():
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "imsite.settings", "PARLEY_REDIS_PREFIX": f"rate-{uuid.uuid4().hex}"}
    env |= {"PARLEY_SECRET_KEY": "for-tests-only-" + "x" * 50, "PARLEY_HOSTS": "localhost"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": env}
    nodes = [subprocess.Popen([sys.executable, "-c", NODE], **pipes) for _ in range(2)]
    assert [each.stdout.readline() for each in nodes] == ["ready\n"] * 2
    for each in nodes:
        each.stdin.write("go\n")
        each.stdin.flush()
    began, ended, asked, passed = zip(*(json.loads(each.communicate(timeout=60)[0]) for each in nodes), strict=True)
    right = 30 + 60 * (max(ended) - min(began))
    assert sum(asked) > 600 * (max(ended) - min(began)), "that was no overload"
    assert abs(sum(passed) - right) <= 0.05 * right
