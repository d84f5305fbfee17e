"""Which addresses the server may be led to: public ones. Everything else is somebody's inside, above all our own.

An address inside another one (IPv4-mapped, NAT64, 6to4, Teredo) is judged by the inner one too: the kernel or a gateway
would take it there. What an operator allows explicitly (a network, a host's address) passes.
"""

import ipaddress
from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: Refused although Python calls some of them global: shared, benchmarking, documentation, relays, multicast, reserved.
_REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
)  # fmt: skip
#: All of IPv6 that is given out to the public.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
#: Addresses of cloud metadata that lie outside of the networks above.
_METADATA = frozenset(ipaddress.ip_address(each) for each in ("168.63.129.16", "fd00:ec2::254", "100.100.100.200"))


def parse_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Networks an operator allows: "10.1.0.0/16", "192.168.7.4". Raises ValueError."""
    return tuple(ipaddress.ip_network(each.strip()) for each in texts if each.strip())


def is_allowed(address: Address, allowed: Iterable[Network] = ()) -> bool:
    """Whether the server may connect there. Every address inside of it must be allowed as well."""
    # An operator's word is about what is written; an address inside another one is never taken for it.
    if any(address in network for network in allowed if network.version == address.version):
        return True
    if isinstance(address, ipaddress.IPv6Address):
        inner = _inside(address)
        if inner is not None:
            return is_allowed(inner, allowed)
        if address.scope_id is not None or address not in _UNICAST:
            return False
    refused = address in _METADATA or any(address in each for each in _REFUSED if each.version == address.version)
    return not refused and address.is_global and not (address.is_multicast or address.is_reserved)


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a packet to ``address`` would reach in the end."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return ipaddress.IPv4Address("127.0.0.1")  # a relay in between: never
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
