"""Who is online or away, in Django's cache with a time limit; offline is the absence of a value. No table.

Each value names the gateway that wrote it, so that a gateway where the user is idle does not overrule one where the
user is active. Who is told of a change is decided in ``chat.realtime.attendance``.
"""

from collections.abc import Iterable, Mapping

from django.core.cache import cache

ONLINE, AWAY, OFFLINE = "online", "away", "offline"
#: Seconds a value holds without being refreshed: twice the refresh, so that one lost refresh shows nobody offline.
TTL_SECONDS = 70
REFRESH_SECONDS = 30


def get_statuses(users: Iterable[int]) -> dict[int, str]:
    """User → online or away; those left out are offline."""
    found = cache.get_many([_key(user) for user in users])
    return {_user(key): value.partition(":")[0] for key, value in found.items()}


def record(statuses: Mapping[int, str], *, gateway: str) -> dict[int, str]:
    """Write what ``gateway`` sees of its users, for TTL_SECONDS; returns those whose status changed by it."""
    keys = {_key(user): user for user in statuses}
    known = cache.get_many(list(keys))
    values: dict[str, str] = {}
    changed: dict[int, str] = {}
    for key, user in keys.items():
        status = statuses[user]
        before, _, writer = known.get(key, "offline:").partition(":")
        if status == AWAY and before == ONLINE and writer != gateway:
            continue
        values[key] = f"{status}:{gateway}"
        if status != before:
            changed[user] = status
    if values:
        cache.set_many(values, TTL_SECONDS)
    return changed


def forget(users: Iterable[int], *, gateway: str) -> list[int]:
    """``gateway`` holds no session of these any more; returns those whose value was its own and is gone."""
    keys = [_key(user) for user in users]
    mine = [key for key, value in cache.get_many(keys).items() if value.partition(":")[2] == gateway]
    cache.delete_many(mine)
    return [_user(key) for key in mine]


def _key(user: int) -> str:
    return f"presence:{user}"


def _user(key: str) -> int:
    return int(key.partition(":")[2])
