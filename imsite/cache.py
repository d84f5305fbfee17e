"""Django's cache on Redis, with one pool of connections for the process.

Django makes a cache object for each request, and each of them its own pool: a connection to Redis for every request,
opened, used once and thrown away.
"""

from functools import cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class SharedRedisCache(RedisCache):
    """``RedisCache`` whose client outlives the request. The client's pool is made for threads and notices a fork."""

    _servers: list[str]
    _options: dict[str, Any]

    @property
    def _cache(self) -> RedisCacheClient:
        return _client(tuple(self._servers), tuple(sorted(self._options.items())))

    def clear(self) -> None:
        """Empty the cache, and no more: Django would empty the whole database of Redis, the queues of tasks with it."""
        server = self._cache.get_client(None, write=True)
        for key in server.scan_iter(match=f"{self.key_prefix}:{self.version}:*", count=1000):
            server.delete(key)


@cache
def _client(servers: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> RedisCacheClient:
    return RedisCacheClient(list(servers), **dict(options))
