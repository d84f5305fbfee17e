"""Requests against real local servers: pinned to the checked address, bounded, redirects checked like first addresses."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import ClassVar

import pytest

from outgoing.addresses import parse_networks
from outgoing.client import Limits, Request, fetch
from outgoing.errors import Failed, Refused, TooLarge
from outgoing.guard import Rules

HERE = parse_networks(["127.0.0.1"])


class Site(BaseHTTPRequestHandler):
    """What each path does is in ``pages``: (status, headers, body)."""

    pages: ClassVar[dict] = {}
    asked: ClassVar[list] = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        status, headers, body = self.pages[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_):
        pass


@pytest.fixture
def site():
    handler = type("Here", (Site,), {"pages": {}, "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def rules_of(site, *answers: str) -> Rules:
    """This server's port is open, and every name leads to it."""
    asked = iter(answers or ["127.0.0.1"] * 20)
    return Rules(networks=HERE, ports=frozenset({80, site.server_port}), resolve=lambda host, port: [next(asked)])


def ask(site, path: str = "/", limits: Limits | None = None, rules: Rules | None = None, **request):
    url = f"http://site.example:{site.server_port}{path}"
    return fetch(Request(url, **request), rules=rules or rules_of(site), limits=limits)


def test_an_answer_comes_from_the_checked_address_under_the_asked_name(site):
    pages, asked = site.RequestHandlerClass.pages, site.RequestHandlerClass.asked
    pages["/a?b=c"] = (200, {"Content-Type": "Text/HTML; charset=utf-8"}, b"hello")
    answer = ask(site, "/a?b=c#d", headers={"Accept": "text/html"})
    assert (answer.status, answer.body, answer.media_type) == (200, b"hello", "text/html")
    path, headers = asked[0]
    assert (path, headers["Host"], headers["Accept"]) == (
        "/a?b=c", f"site.example:{site.server_port}", "text/html",
    )  # fmt: skip


def test_a_name_that_changes_its_answer_is_asked_once_for_each_address(site):
    """DNS rebinding: checked as public, then inside. The second answer is never asked for."""
    site.RequestHandlerClass.pages["/"] = (200, {}, b"inside")
    answers = []

    def rebinding(host, port):
        answers.append(host)
        return ["203.0.113.1"] if len(answers) == 1 else ["127.0.0.1"]

    open_to_both = parse_networks(["203.0.113.1", "127.0.0.1"])
    rules = Rules(networks=open_to_both, ports=frozenset({site.server_port}), resolve=rebinding)
    with pytest.raises(Failed):
        ask(site, rules=rules, limits=Limits(seconds=0.5))
    assert answers == ["site.example"]
    assert site.RequestHandlerClass.asked == []


def test_without_the_operators_word_this_machine_is_refused(site):
    site.RequestHandlerClass.pages["/"] = (200, {}, b"inside")
    rules = Rules(ports=frozenset({site.server_port}), resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises(Refused):
        ask(site, rules=rules)
    assert site.RequestHandlerClass.asked == []


def test_redirects_are_followed_within_bounds(site):
    pages = site.RequestHandlerClass.pages
    pages["/"] = (302, {"Location": "/next"}, b"")
    pages["/next"] = (301, {"Location": f"//site.example:{site.server_port}/end"}, b"")
    pages["/end"] = (200, {}, b"end")
    pages["/round"] = (302, {"Location": "/round"}, b"")
    answer = ask(site)
    assert (answer.body, answer.url.endswith("/end")) == (b"end", True)
    with pytest.raises(Failed, match="redirects"):
        ask(site, "/round")


@pytest.mark.parametrize(
    "where",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://localhost/",
        "file:///etc/passwd",
        "http://site.example:22/",
        "http://user@site.example/",
        "gopher://site.example/",
    ],
)
def test_a_redirect_to_the_inside_is_refused(site, where):
    site.RequestHandlerClass.pages["/"] = (302, {"Location": where}, b"")
    with pytest.raises(Refused):
        ask(site)
    assert len(site.RequestHandlerClass.asked) == 1


def test_a_redirect_to_a_name_that_leads_inside_is_refused(site):
    site.RequestHandlerClass.pages["/"] = (302, {"Location": "/again"}, b"")
    with pytest.raises(Refused):
        ask(site, rules=rules_of(site, "127.0.0.1", "10.0.0.1"))


def test_secrets_do_not_follow_a_redirect_and_a_post_follows_none(site):
    pages, asked = site.RequestHandlerClass.pages, site.RequestHandlerClass.asked
    pages["/"] = (302, {"Location": "/end"}, b"")
    pages["/end"] = (200, {}, b"end")
    ask(site, headers={"Authorization": "Bearer x", "X-Kept": "y"})
    assert ("Authorization" in asked[0][1], "Authorization" in asked[1][1]) == (True, False)
    assert asked[1][1]["X-Kept"] == "y"
    assert ask(site, method="POST", body=b"{}").status == 302
    assert len(asked) == 3


def test_size_is_bounded_or_cut(site):
    site.RequestHandlerClass.pages["/"] = (200, {}, b"x" * 100_000)
    with pytest.raises(TooLarge):
        ask(site, limits=Limits(bytes=1000))
    answer = ask(site, limits=Limits(bytes=1000, enough=True))
    assert (len(answer.body), answer.cut) == (1000, True)


@contextmanager
def raw(talk):
    """A server that speaks as ``talk(connection)`` likes."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        with suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                talk(connection)

    threading.Thread(target=serve, daemon=True).start()
    yield SimpleNamespace(server_port=server.getsockname()[1])
    server.close()


def drip(start: bytes):
    def talk(connection):
        connection.sendall(start)
        for _ in range(200):
            time.sleep(0.05)
            connection.sendall(b"x")

    return talk


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 2"])
def test_a_server_that_drips_bytes_is_left_at_the_deadline(start):
    with raw(drip(start)) as server:
        began = time.monotonic()
        with pytest.raises(Failed):
            ask(server, limits=Limits(seconds=0.4))
        assert time.monotonic() - began < 2


@pytest.mark.parametrize("said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"])
def test_a_broken_answer_fails(said):
    with raw(lambda connection: connection.sendall(said)) as server, pytest.raises(Failed):
        ask(server)


def test_nobody_there_fails(site):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Failed):
        fetch(
            Request(f"http://site.example:{port}/"),
            rules=Rules(networks=HERE, ports=frozenset({port}), resolve=lambda host, port: ["127.0.0.1"]),
        )


def test_a_certificate_that_is_none_fails(site):
    with pytest.raises(Failed):
        fetch(Request(f"https://site.example:{site.server_port}/"), rules=rules_of(site))
