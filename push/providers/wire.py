"""Kept connections to one service that the operator named, shared by threads; one that goes silent is never asked again.

Addresses that people name go through ``outgoing`` instead.
"""

import ssl
import threading
from collections.abc import Mapping

import httpx

from push import conf

#: An idle connection is kept for that long: Apple asks for few and long ones, firewalls forget those idle for minutes.
KEPT_SECONDS = 60


class Wire:
    """Connections, each used by one thread at a time: the client's HTTP/2 loses streams when threads share a connection.

    After a failure the idle ones are closed too: whatever silenced one (a firewall, a sleeping peer) silenced them all.
    """

    def __init__(self, *, http2: bool = False) -> None:
        self._http2 = http2
        self._lock = threading.Lock()
        self._idle: list[httpx.Client] = []

    def post(self, url: str, *, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        """Post it, without following anything. Raises httpx.HTTPError, also for what is no address."""
        client = self._borrow()
        try:
            answer = client.post(url, headers=dict(headers), content=content, timeout=conf.PROVIDER_SECONDS)
        except httpx.HTTPError:
            self._forsake(client)
            raise
        except (httpx.InvalidURL, ssl.SSLError) as problem:
            self._forsake(client)
            raise httpx.TransportError(str(problem)) from problem
        with self._lock:
            self._idle.append(client)
        return answer

    def _borrow(self) -> httpx.Client:
        """The one used last, so that a quiet time leaves the others to their peers' time-outs."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return httpx.Client(
            http2=self._http2, follow_redirects=False, limits=httpx.Limits(keepalive_expiry=KEPT_SECONDS)
        )

    def _forsake(self, client: httpx.Client) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for each in (client, *idle):
            each.close()
