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


@cache
def _client(servers: tuple[str, ...], options: tuple[tuple[str, Any], ...]) -> RedisCacheClient:
    return RedisCacheClient(list(servers), **dict(options))
