"""The token bucket: on Redis and in one process the same."""

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
