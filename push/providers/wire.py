"""Kept connections to one service that the operator named, shared by threads; one that goes silent is never asked again.

Addresses that people name go through ``outgoing`` instead.
"""

import ssl
import threading
from collections.abc import Mapping

import httpx

from push import conf


class Wire:
    """A pool of connections. After a failure the next request makes new ones: the old may be half-open."""

    def __init__(self, *, http2: bool = False) -> None:
        self._http2 = http2
        self._lock = threading.Lock()
        self._client: httpx.Client | None = None
        self._users: dict[httpx.Client, int] = {}

    def post(self, url: str, *, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        """Post it, without following anything. Raises httpx.HTTPError, also for what is no address."""
        client = self._borrow()
        try:
            return client.post(url, headers=dict(headers), content=content, timeout=conf.PROVIDER_SECONDS)
        except httpx.HTTPError:
            self._forsake(client)
            raise
        except (httpx.InvalidURL, ssl.SSLError, RuntimeError) as problem:
            # RuntimeError: another thread closed a stream of this pool under our hands.
            self._forsake(client)
            raise httpx.TransportError(str(problem)) from problem
        finally:
            self._give_back(client)

    def _borrow(self) -> httpx.Client:
        with self._lock:
            if self._client is None:
                self._client = httpx.Client(http2=self._http2, follow_redirects=False)
            self._users[self._client] = self._users.get(self._client, 0) + 1
            return self._client

    def _forsake(self, client: httpx.Client) -> None:
        with self._lock:
            if self._client is client:
                self._client = None

    def _give_back(self, client: httpx.Client) -> None:
        """The last user of a forsaken pool closes it."""
        with self._lock:
            self._users[client] -= 1
            last = not self._users[client]
            if last:
                del self._users[client]
            done = last and self._client is not client
        if done:
            client.close()
