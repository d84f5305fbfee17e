"""Tunables of the open platform. ``settings.OPENPLATFORM`` (a dict with the names below) overrides them; read at each use."""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Tunables:
    """Every number that an operator may change, with its default and its reason."""

    #: Requests an actor may make: a bucket of ``api_burst`` refilled at ``api_rate`` a second. The numbers of frames on
    #: a socket, so that neither door is the way around the other.
    api_rate: float = 50.0
    api_burst: int = 200
    #: Requests of one app on one operation, whoever it acts for: half of what one of its users may do altogether, so that
    #: an app that loops on one operation leaves the others usable.
    app_rate: float = 25.0
    app_burst: int = 100
    #: The same for an address before sign-in.
    anonymous_rate: float = 20.0
    anonymous_burst: int = 100
    #: Bytes of a JSON body. 5,000 inbox positions of the longest kind take 200 KB.
    api_max_body: int = 512 * 1024
    #: How long the answer to an Idempotency-Key is kept. Who was away for longer asks what exists first.
    idempotency_kept: timedelta = timedelta(hours=24)
    #: Posts at one incoming webhook: a burst of an alarm goes through, a loop is stopped. Slack allows one a second.
    hook_rate: float = 1.0
    hook_burst: int = 60
    #: Webhooks of one conversation that are in use.
    hooks_per_conversation: int = 20
    #: Where events may be posted besides public https addresses: networks of the operator's, ports, and plain http.
    webhook_networks: tuple[str, ...] = ()
    webhook_ports: tuple[int, ...] = (80, 443, 8443)
    webhook_plain: bool = False
    #: Seconds after which a socket of Socket Mode is asked to come anew: gateways come and go, proxies cut long connections.
    slack_socket_seconds: float = 3600.0
    #: How long a delivery is tried, and how long both secrets hold after a rotation.
    give_up_after: timedelta = timedelta(hours=24)
    secret_overlap: timedelta = timedelta(hours=24)
    #: How apps reach this server, for instance "https://chat.example.com"; "": as whoever asked did.
    public_url: str = ""
    #: How long and how often an app may answer an interaction later. Slack's numbers, which apps are written for.
    response_for: timedelta = timedelta(minutes=30)
    response_uses: int = 5
    #: How long what somebody did may open a dialog. Slack allows 3 s; a round trip of a slow phone takes some of them.
    trigger_for: timedelta = timedelta(seconds=30)
    #: How long events may be pulled and sent again.
    events_kept_days: int = 7


#: The address by which the request that is being answered came, with a slash at its end. The HTTP door sets it.
CAME_BY: ContextVar[str] = ContextVar("came_by", default="http://localhost/")


def absolute(path: str) -> str:
    """``path`` as an address that an app can ask for."""
    return (get().public_url.rstrip("/") or CAME_BY.get().rstrip("/")) + path


def get() -> Tunables:
    """The tunables as they are now."""
    overrides: dict[str, Any] = getattr(settings, "OPENPLATFORM", {})
    return Tunables(**overrides)
