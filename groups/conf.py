"""Tunables of the room ``groups``: each may be overridden in settings as ``GROUPS_<NAME>``. Read when used."""

from typing import Any

from django.conf import settings

#: Seconds after which a job whose worker is silent is handed to another one; longer than the longest chunk.
JOB_PATIENCE: float
#: Seconds that one task works on a job before it lets others have the worker.
JOB_TURN: float
#: Chunks that may break in a row before a job is given up.
JOB_ATTEMPTS: int
#: Days for which a finished job, its files and its report are kept.
JOB_DAYS: int
#: Bytes of a file of people.
IMPORT_MAX_BYTES: int
#: People whom one job may be told by their ids.
JOB_USERS: int
#: Subscribers of a channel up to whom a change of who may see it is settled in the request; above, a job does it.
SETTLE_AT_ONCE: int

_DEFAULTS: dict[str, Any] = {
    "JOB_PATIENCE": 10.0,
    "JOB_TURN": 1.0,
    "JOB_ATTEMPTS": 5,
    "JOB_DAYS": 7,
    "IMPORT_MAX_BYTES": 20 * 1024 * 1024,
    "JOB_USERS": 10_000,
    "SETTLE_AT_ONCE": 500,
}


def __getattr__(name: str) -> Any:
    if name in _DEFAULTS:
        return getattr(settings, f"GROUPS_{name}", _DEFAULTS[name])
    raise AttributeError(name)
