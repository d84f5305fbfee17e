"""One request elsewhere: guarded, bounded in time and size, redirects followed only after the same checks.

Blocking: for workers, never for the loop of a gateway.
"""

import contextlib
import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urldefrag, urljoin

from outgoing.errors import Failed, OutgoingError, TooLarge
from outgoing.guard import Rules, Target, check

AGENT = "Parley/1 (+link previews, webhooks)"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PIECE = 16 * 1024
#: Seconds for one address, so that a dead one leaves time for the next.
CONNECT_SECONDS = 5.0
#: Headers that belong to one host and do not follow a redirect to another.
_OWN = frozenset({"authorization", "cookie"})


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` for everything together, redirects included; ``enough``: stop reading there instead of failing."""

    seconds: float = 10.0
    bytes: int = 1024 * 1024
    redirects: int = 4
    enough: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``url``: where it came from in the end; header names in lower case."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes
    cut: bool = False

    @property
    def media_type(self) -> str:
        """Without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask. A redirect of anything but GET is not followed: the body was meant for one place."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def fetch(request: Request, *, rules: Rules, limits: Limits | None = None) -> Answer:
    """Do it. Raises Refused, Failed or TooLarge; any status is an answer."""
    limits = limits or Limits()
    deadline = time.monotonic() + limits.seconds
    url = urldefrag(request.url).url
    for _ in range(limits.redirects + 1):
        target = check(url, rules)
        answer = _ask(target, replace(request, url=url), rules, limits, deadline)
        where = answer.headers.get("location", "")
        if answer.status not in REDIRECTS or not where or request.method != "GET":
            return answer
        url = urldefrag(urljoin(target.url, where)).url
        request = replace(
            request, headers={name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        )
    raise Failed("Too many redirects.")


def _ask(target: Target, request: Request, rules: Rules, limits: Limits, deadline: float) -> Answer:
    try:
        with contextlib.closing(_connect(target, deadline)) as sock:
            connection = http.client.HTTPConnection(target.host, target.port)
            connection.sock = _Timed(sock, deadline)
            connection.request(
                request.method,
                target.path,
                body=request.body or None,
                headers={
                    "Host": target.authority,
                    "User-Agent": AGENT,
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                    **request.headers,
                },
            )
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            if response.status in REDIRECTS:
                return Answer(response.status, target.url, headers, b"")
            body, cut = _read(response, limits)
            return Answer(response.status, target.url, headers, body, cut)
    except OutgoingError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Failed(f"{type(problem).__name__} from {target.host}.") from problem


def _read(response: http.client.HTTPResponse, limits: Limits) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE):
        parts.append(piece)
        size += len(piece)
        if size > limits.bytes:
            if limits.enough:
                return b"".join(parts)[: limits.bytes], True
            raise TooLarge(f"More than {limits.bytes} bytes.")
    if response.length:
        raise Failed("The answer was cut short.")
    return b"".join(parts), False


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise Failed("It took too long.")
    return left


class _Timed:
    """What http.client takes for its socket; every read and write ends at the deadline, so dripping bytes gains nothing.

    Closing it is left to who opened the socket: http.client closes early what an answer is still read from.
    """

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        self._socket, self._deadline = sock, deadline

    def sendall(self, data: Any) -> None:
        """As a socket does."""
        self._socket.settimeout(_left(self._deadline))
        self._socket.sendall(data)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """What an answer is read from."""
        return io.BufferedReader(_Incoming(self._socket, self._deadline))

    def close(self) -> None:
        """Nothing."""


class _Incoming(io.RawIOBase):
    """The bytes that come over a socket until the deadline."""

    def __init__(self, sock: socket.socket, deadline: float) -> None:
        super().__init__()
        self._socket, self._deadline = sock, deadline

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes, however few."""
        self._socket.settimeout(_left(self._deadline))
        return self._socket.recv_into(buffer)


def _connect(target: Target, deadline: float) -> socket.socket:
    """A connection to one of the checked addresses; the name is used for TLS and Host only, never resolved again."""
    problem: OSError | None = None
    for address in target.addresses:
        try:
            plain = socket.create_connection((address, target.port), timeout=min(_left(deadline), CONNECT_SECONDS))
        except OSError as failed:
            problem = failed
            continue
        try:
            plain.settimeout(_left(deadline))  # of the whole handshake
            return _TLS.wrap_socket(plain, server_hostname=target.host) if target.scheme == "https" else plain
        except BaseException:
            plain.close()
            raise
    raise Failed(f"No connection to {target.host}.") from problem


_TLS = ssl.create_default_context()
