"""The cache on Redis: whichever request asks, the connections are the same few."""

from threading import Thread

import pytest
import redis
from django.conf import settings

from imsite.cache import SharedRedisCache


def test_requests_share_one_pool_of_connections():
    made = []
    for _ in range(3):
        worker = Thread(target=lambda: made.append(SharedRedisCache("redis://localhost:1/0", {})._cache))
        worker.start()
        worker.join()
    first, *rest = made
    assert all(each is first for each in rest)
    assert first.get_client("a").connection_pool is first.get_client("b", write=True).connection_pool
    other = SharedRedisCache("redis://localhost:2/0", {})._cache
    assert other is not first


@pytest.mark.skipif(not settings.REDIS_URL, reason="the cache of the embedded form is this process's memory")
def test_clearing_the_cache_leaves_everything_else_in_redis():
    mine = SharedRedisCache(settings.REDIS_URL, {"KEY_PREFIX": f"{settings.REDIS_PREFIX}-own"})
    mine.set("a", 1)
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        queue = f"{settings.REDIS_PREFIX}-own:reactions"  # as tasks wait
        server.lpush(queue, "task")
        mine.clear()
        assert (mine.get("a"), server.llen(queue)) == (None, 1)
        server.delete(queue)
