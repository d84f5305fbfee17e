"""From an address text to the places a connection may be made to: each checked, and then used as they are.

The name is resolved once; the connection goes to the very addresses that were checked, so a name that answers otherwise
a moment later (DNS rebinding) changes nothing. All answers must pass: one private address among public ones is refused.
"""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from outgoing.addresses import Network, is_allowed
from outgoing.errors import Failed, Refused

#: The name resolver: (host, port) → addresses as text. Given, so that a test can answer as a hostile server would.
Resolve = Callable[[str, int], Sequence[str]]

_PORTS = {"http": 80, "https": 443}
#: Names that mean the inside whatever they resolve to.
_INSIDE = ("localhost", ".localhost", ".local", ".internal", ".localdomain", ".home.arpa", ".onion")
URL_CHARS = 2048


def resolve(host: str, port: int) -> list[str]:
    """What the system's resolver says, both families."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Failed(f"The name {host[:100]} does not resolve.") from problem
    return list(dict.fromkeys(str(each[4][0]) for each in found))


@dataclass(frozen=True, slots=True)
class Rules:
    """Where requests may go. ``networks`` and ``ports`` that the operator allows besides; ``only_https`` for secrets."""

    networks: tuple[Network, ...] = ()
    ports: frozenset[int] = frozenset({80, 443})
    only_https: bool = False
    resolve: Resolve = field(default=resolve)


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address: what to ask for, and the addresses to connect to."""

    scheme: str
    host: str
    port: int
    path: str
    addresses: tuple[str, ...]

    @property
    def authority(self) -> str:
        """For the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The address again, without its fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def check(url: str, rules: Rules) -> Target:
    """The places ``url`` leads to. Raises Refused, or Failed when its name does not resolve."""
    parts = _split(url)
    if parts.scheme not in _PORTS or (rules.only_https and parts.scheme != "https"):
        raise Refused("Only https addresses." if rules.only_https else "Only http and https addresses.")
    if parts.username is not None or parts.password is not None:
        raise Refused("No user names in addresses.")
    host = _host(parts)
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    if port not in rules.ports:
        raise Refused(f"Port {port} is not open to requests.")
    literal = _literal(host)
    if literal is None and (host.endswith(_INSIDE) or host == "localhost" or "." not in host):
        raise Refused("That name is of the inside.")
    found = [literal] if literal is not None else list(rules.resolve(host, port))
    if not found:
        raise Failed("The name has no address.")
    for each in found:
        if not is_allowed(ipaddress.ip_address(each), rules.networks):
            raise Refused("That address is not public.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, tuple(found))


def _split(url: str) -> SplitResult:
    if len(url) > URL_CHARS or not url.isascii() or any(each <= " " or each in '\\"<>^`{|}\x7f' for each in url):
        raise Refused("That is no plain address.")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        raise Refused("That is no address.") from None
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".").lower()
    if not host or len(host) > 253 or "%" in host:
        raise Refused("There is no host in it.")
    return host


def _literal(host: str) -> str | None:
    """The address that the host already is; None for a name. 127.1, 0x7f000001 and 2130706433 are neither: refused."""
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        pass
    last = host.rsplit(".", 1)[-1]
    if last.isdigit() or last.startswith("0x") or ":" in host:
        raise Refused("That way of writing an address is not understood.")
    return None
