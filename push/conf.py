"""Tunables of the room ``push``: each may be overridden in settings as ``PUSH_<NAME>``. Read when used, never at import."""

from typing import Any

from django.conf import settings

#: Seconds in which a live device may show that it has a message before its person counts as away. A client acks within
#: a second on a good network; a half-open socket is noticed by its missing ack, long before its heartbeat.
ACK_SECONDS: int
#: Days a delivery's row is kept, so that "why did I not get it?" can be answered.
KEEP_DAYS: int
#: Seconds after which a message is nothing to wake anybody for; providers are told to drop it then, too.
TTL_SECONDS: int
#: Attempts before a delivery is a dead letter; with pauses of 5 s to an hour, growing fourfold, that is about three hours.
ATTEMPTS: int
#: Seconds of the first pause, and of the longest.
FIRST_PAUSE: int
LONGEST_PAUSE: int
#: Seconds a worker may take for a claimed batch; afterwards it counts as crashed and another one takes it.
LEASE_SECONDS: int
#: Deliveries in one task, and how many of them speak to providers at the same time.
BATCH: int
THREADS: int
#: Members up to which a message is spread where it is heard of; larger conversations are spread in chunks by a task.
SPREAD_AT_ONCE: int
#: People in one chunk.
SPREAD_CHUNK: int
#: Seconds that one provider may take for one notification.
PROVIDER_SECONDS: float
#: What notifications may show at most: "text", "sender" (who and where), or "nothing". A person may ask for less.
PREVIEWS: str
#: Networks and ports that push services may have besides public ones and 443.
OUTGOING_NETWORKS: list[str]
OUTGOING_PORTS: list[int]
#: Whom push services may write to about this installation: ``mailto:`` or an https address (RFC 8292).
CONTACT: str
#: Whether devices may register with the provider that only writes a log line.
CONSOLE: bool

_DEFAULTS: dict[str, Any] = {
    "ACK_SECONDS": 8,
    "KEEP_DAYS": 14,
    "TTL_SECONDS": 24 * 3600,
    "ATTEMPTS": 8,
    "FIRST_PAUSE": 5,
    "LONGEST_PAUSE": 3600,
    "LEASE_SECONDS": 120,
    "BATCH": 100,
    "THREADS": 16,
    "SPREAD_AT_ONCE": 500,
    "SPREAD_CHUNK": 1_000,
    "PROVIDER_SECONDS": 10.0,
    "PREVIEWS": "text",
    "OUTGOING_NETWORKS": [],
    "OUTGOING_PORTS": [443],
    "CONTACT": "mailto:postmaster@localhost",
    "CONSOLE": False,
}


def __getattr__(name: str) -> Any:
    if name in _DEFAULTS:
        return getattr(settings, f"PUSH_{name}", _DEFAULTS[name])
    raise AttributeError(name)
