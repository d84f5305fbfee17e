"""Addresses: public ones pass, everything inside is refused, also when it hides inside another one."""

import ipaddress

import pytest

from outgoing.addresses import is_allowed, parse_networks

INSIDE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::10.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "5f00::1",
    "4000::1",
]
PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "93.184.215.14",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "::ffff:8.8.8.8",
    "64:ff9b::8.8.8.8",
]


@pytest.mark.parametrize("text", INSIDE)
def test_the_inside_is_refused(text):
    assert not is_allowed(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PUBLIC)
def test_the_public_passes(text):
    assert is_allowed(ipaddress.ip_address(text))


def test_an_operator_opens_networks_and_only_those():
    allowed = parse_networks(["10.1.0.0/16", " 127.0.0.1 ", "fd12::/16", ""])
    for text in ("10.1.2.3", "127.0.0.1", "fd12::1", "::ffff:10.1.2.3"):
        assert is_allowed(ipaddress.ip_address(text), allowed)
    for text in ("10.2.0.1", "127.0.0.2", "fd13::1", "169.254.169.254"):
        assert not is_allowed(ipaddress.ip_address(text), allowed)
    with pytest.raises(ValueError, match="network"):
        parse_networks(["10.1.2.3/16x"])
