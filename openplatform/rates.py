"""How fast a caller may go: a token bucket kept in Django's cache, atomic in both forms.

One number per caller is stored (the moment at which the bucket would be full again), so a check costs one visit and no
list. On Redis the check runs as a script on the server's clock; in one process a lock does the same. What a caller is
and what the answer looks like belongs to the doors.
"""

import math
import threading
import time
from dataclasses import dataclass
from typing import Any

import structlog
from django.core.cache import cache

log = structlog.get_logger(__name__)

#: Generic cell rate algorithm. KEYS[1] the bucket; ARGV: seconds per token, bucket size, cost.
#: Answers {allowed, seconds until full, seconds until this cost fits}, as text because Lua numbers lose fractions.
_SCRIPT = """
local clock = redis.call('TIME')
local now = clock[1] + clock[2] / 1000000
local step, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local after = full + step * cost
local wait = after - now - step * burst
if wait > 0.000001 then
  return {0, tostring(full - now), tostring(wait)}
end
redis.call('SET', KEYS[1], string.format('%.6f', after), 'PX', math.ceil((after - now) * 1000) + 1000)
return {1, tostring(after - now), '0'}
"""

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the call may go on, and what to tell the caller. ``reset``: seconds until the bucket is full."""

    allowed: bool
    limit: int
    remaining: int
    reset: int
    retry_after: float = 0.0


def take(key: str, *, rate: float, burst: int, cost: float = 1.0) -> Verdict:
    """Take ``cost`` tokens from the bucket ``key`` (``burst`` tokens, refilled at ``rate`` a second).

    When the shared cache is away everybody passes: a limit protects the server, it must not become the outage.
    """
    step = 1.0 / rate
    try:
        client = _redis()
        if client is None:
            allowed, full_in, wait = _take_here(key, step, burst, cost)
        else:
            answer = client.eval(_SCRIPT, 1, cache.make_key(f"rate:{key}"), step, burst, cost)
            allowed, full_in, wait = bool(answer[0]), float(answer[1]), float(answer[2])
    except (OSError, _redis_errors()) as problem:
        log.warning("rate_limit_skipped", problem=str(problem))
        return Verdict(allowed=True, limit=burst, remaining=burst, reset=0)
    return Verdict(
        allowed=allowed,
        limit=burst,
        remaining=max(0, int(burst - full_in / step + 1e-6)),
        reset=math.ceil(full_in),
        retry_after=wait,
    )


def _take_here(key: str, step: float, burst: int, cost: float) -> tuple[bool, float, float]:
    """The script above in this process."""
    name = f"rate:{key}"
    with _lock:
        now = time.time()
        full = max(float(cache.get(name) or 0.0), now)
        after = full + step * cost
        wait = after - now - step * burst
        if wait > 1e-6:
            return False, full - now, wait
        cache.set(name, after, timeout=math.ceil(after - now) + 1)
        return True, after - now, 0.0


def _redis() -> Any:
    """The Redis client behind Django's cache, or None in the embedded form."""
    inner: Any = getattr(cache, "_cache", None)
    return inner.get_client(None, write=True) if hasattr(inner, "get_client") else None


def _redis_errors() -> type[Exception]:
    from redis.exceptions import RedisError  # noqa: PLC0415 - the embedded form does not need the package

    return RedisError
