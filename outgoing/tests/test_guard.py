"""From a text to the places it leads to: what is refused whatever the resolver says, and because of what it says."""

import pytest

from outgoing.addresses import parse_networks
from outgoing.errors import Failed, Refused
from outgoing.guard import Rules, check


def answering(*addresses: str) -> Rules:
    return Rules(resolve=lambda host, port: addresses)


PUBLIC = answering("93.184.215.14")

REFUSED = [
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "javascript:alert(1)", "//example.com/", "",
    "http://example.com:22/", "http://example.com:6379/", "http://example.com:8000/", "https://example.com:0/",
    "http://example.com:99999/", "http://example.com:x/",
    "http://user@example.com/", "http://user:secret@example.com/", "http://@example.com/",
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://0/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[fe80::1%25eth0]/",
    "http://169.254.169.254/latest/meta-data/", "http://100.100.100.200/", "http://10.0.0.1/", "http://192.168.0.1/",
    "http://localhost/", "http://LOCALHOST./", "http://a.localhost/", "http://printer.local/", "http://intranet/",
    "http://metadata.google.internal/", "http://example.com%00.evil/", "http://exa mple.com/", "http://example.com/\r\nX: y",
    "http://example.com\\@127.0.0.1/", "http://１２７.0.0.1/", "http:///path", "http://" + "a" * 2050 + ".com/",
    "http://1.1.1.1.:22/", "http://256.256.256.256/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_refused_whatever_a_name_resolves_to(url):
    with pytest.raises(Refused):
        check(url, PUBLIC)


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("10.0.0.1",), ("93.184.215.14", "10.0.0.1"), ("::1",), ("::ffff:169.254.169.254",), ("fd00::1",)],
)
def test_a_name_that_leads_inside_is_refused_even_among_public_answers(addresses):
    with pytest.raises(Refused):
        check("https://example.com/", answering(*addresses))


def test_what_passes_is_taken_apart():
    target = check("HTTPS://Example.COM:443/a/b?c=d#e", answering("93.184.215.14", "2606:4700:4700::1111"))
    assert (target.scheme, target.host, target.port, target.path) == ("https", "example.com", 443, "/a/b?c=d")
    assert target.addresses == ("93.184.215.14", "2606:4700:4700::1111")
    assert (target.authority, target.url) == ("example.com", "https://example.com/a/b?c=d")
    literal = check("http://[2606:4700:4700::1111]", PUBLIC)
    assert (literal.authority, literal.path) == ("[2606:4700:4700::1111]", "/")


def test_secrets_go_over_tls_alone():
    with pytest.raises(Refused):
        check("http://example.com/", Rules(only_https=True, resolve=PUBLIC.resolve))


def test_an_operator_opens_a_network_and_a_port():
    rules = Rules(networks=parse_networks(["10.1.0.0/16"]), ports=frozenset({8080}))
    assert check("http://10.1.2.3:8080/", rules).authority == "10.1.2.3:8080"
    for url in ("http://10.2.0.1:8080/", "http://10.1.2.3/"):
        with pytest.raises(Refused):
            check(url, rules)


def test_a_name_without_an_address_fails():
    with pytest.raises(Failed):
        check("http://example.com/", answering())
    with pytest.raises(Failed):
        check("http://no-such-name.invalid/", Rules())
