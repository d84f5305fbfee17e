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
#: Deliveries in one task: its dozen statements cost as much for 400 as for 100. What a killed worker had sent and not yet
#: written is sent again, so not more. And how many threads of a process speak to providers at the same time.
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
#: Requests to one provider at the same time, and in a second, of one worker process. Not named: THREADS, and no limit.
CONCURRENCY: dict[str, int]
RATES: dict[str, float]
#: Firebase: the service account's JSON or the path of its file; and where FCM is.
FCM_ACCOUNT: str
FCM_URL: str
#: Apple: the key (PEM, or the path of its .p8 file), its id, the team's, the app's bundle id; and where APNs is.
APNS_KEY: str
APNS_KEY_ID: str
APNS_TEAM: str
APNS_TOPIC: str
APNS_URL: str
#: The operator's own gateway (SMS and others): its address, and the secret that requests to it are signed with.
GATEWAY_URL: str
GATEWAY_SECRET: str
#: Letters: from whom (none: no letters), where answers go, and the address of this installation that their links have.
MAIL_FROM: str
MAIL_REPLY_TO: str
SITE: str
#: Minutes that a mention or a private message waits to be read before a letter tells of it.
MAIL_AFTER: int
#: Hour of the person's day at which summaries are sent.
DIGEST_HOUR: int
#: Celery queues whose workers are looked after.
QUEUES: tuple[str, ...]

_DEFAULTS: dict[str, Any] = {
    "ACK_SECONDS": 8,
    "KEEP_DAYS": 14,
    "TTL_SECONDS": 24 * 3600,
    "ATTEMPTS": 8,
    "FIRST_PAUSE": 5,
    "LONGEST_PAUSE": 3600,
    "LEASE_SECONDS": 120,
    "BATCH": 400,
    "THREADS": 16,
    "SPREAD_AT_ONCE": 500,
    "SPREAD_CHUNK": 1_000,
    "PROVIDER_SECONDS": 10.0,
    "PREVIEWS": "text",
    "OUTGOING_NETWORKS": [],
    "OUTGOING_PORTS": [443],
    "CONTACT": "mailto:postmaster@localhost",
    "CONSOLE": False,
    "CONCURRENCY": {"email": 2},
    "RATES": {"email": 10.0},
    "FCM_ACCOUNT": "",
    "FCM_URL": "https://fcm.googleapis.com",
    "APNS_KEY": "",
    "APNS_KEY_ID": "",
    "APNS_TEAM": "",
    "APNS_TOPIC": "",
    "APNS_URL": "https://api.push.apple.com",
    "GATEWAY_URL": "",
    "GATEWAY_SECRET": "",
    "MAIL_FROM": "",
    "MAIL_REPLY_TO": "",
    "SITE": "http://localhost:8000",
    "MAIL_AFTER": 30,
    "DIGEST_HOUR": 8,
    "QUEUES": ("reactions", "push", "later"),
}


def __getattr__(name: str) -> Any:
    if name in _DEFAULTS:
        return getattr(settings, f"PUSH_{name}", _DEFAULTS[name])
    raise AttributeError(name)
