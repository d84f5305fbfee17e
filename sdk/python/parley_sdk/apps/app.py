"""An app: functions for its commands, cards, dialogs and for events, behind one address that Parley asks.

``handle`` is all of it, without any server: headers and bytes in, status and bytes out. ``wsgi`` and ``serve`` are two ways
to put it behind an address.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from parley_sdk.apps.bot import Bot
from parley_sdk.apps.signing import BadSignature, verify

Reply = Mapping[str, Any] | str | None
Handler = Callable[["Question"], Reply]
Listener = Callable[["Told"], None]
#: Ids of requests that were heard lately: Parley tells at least once, this makes it once.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Question:
    """Somebody used a command, a card or a dialog. ``facts`` is all of it: docs/interactions.md of the server."""

    facts: Mapping[str, Any]
    bot: Bot

    def __getattr__(self, name: str) -> Any:
        """A fact by its name: ``user``, ``conversation``, ``text``, ``action``, ``value``, ``values``, ``trigger`` …"""
        try:
            return self.facts[name]
        except KeyError:
            raise AttributeError(name) from None

    def respond(self, reply: Mapping[str, Any] | str) -> None:
        """Answer later, up to five times within half an hour."""
        self.bot.respond(self.facts["response_url"], _plain(reply))


@dataclass(frozen=True, slots=True)
class Told:
    """An event. ``event`` has the shape of its ``type`` in the protocol."""

    id: str
    type: str
    event: Mapping[str, Any]
    bot: Bot


class App:
    """``secrets``: all that Parley may sign with (of questions, of events; the old one too while one is replaced)."""

    def __init__(self, bot: Bot, *, secrets: Sequence[str]) -> None:
        self.bot, self.secrets = bot, list(secrets)
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._listeners: dict[str, list[Listener]] = {}
        self._heard: OrderedDict[str, None] = OrderedDict()

    def command(self, name: str) -> Callable[[Handler], Handler]:
        """Decorates what answers ``/name``."""
        return self._register("command", name)

    def action(self, name: str) -> Callable[[Handler], Handler]:
        """Decorates what answers the control or form ``name`` of a card."""
        return self._register("action", name)

    def modal(self, name: str) -> Callable[[Handler], Handler]:
        """Decorates what answers dialog ``name`` when it is sent."""
        return self._register("modal.submitted", name)

    def event(self, kind: str) -> Callable[[Listener], Listener]:
        """Decorates what hears of events of type ``kind``, each once. What it raises has Parley tell it again."""

        def register(listener: Listener) -> Listener:
            self._listeners.setdefault(kind, []).append(listener)
            return listener

        return register

    def handle(self, headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> tuple[int, bytes]:
        """Status and body of the answer to one request."""
        try:
            verify(self.secrets, headers, body, now=now)
        except BadSignature as problem:
            return 401, json.dumps({"error": str(problem)}).encode()
        facts = json.loads(body)
        if facts["type"] == "url_verification":
            return 200, json.dumps({"challenge": facts["challenge"]}).encode()
        if "event" in facts:
            return self._tell(facts)
        name = facts.get("command") or facts.get("action") or facts.get("modal", {}).get("action", "")
        handler = self._handlers.get((facts["type"], name))
        if handler is None:
            return 404, json.dumps({"error": f"nothing answers {facts['type']} {name}"}).encode()
        return 200, json.dumps(_plain(handler(Question(facts, self.bot)))).encode()

    def wsgi(self, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """The app as a WSGI application, for any server of them."""
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status, answer = self.handle(headers, body)
        start_response(f"{status} ", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
        return [answer]

    def serve(self, host: str, port: int) -> None:
        """Answer at an address until interrupted: for trying things out."""
        with make_server(host, port, self.wsgi, handler_class=_Quiet) as server:
            server.serve_forever()

    def _register(self, kind: str, name: str) -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self._handlers[kind, name] = handler
            return handler

        return register

    def _tell(self, facts: Mapping[str, Any]) -> tuple[int, bytes]:
        if facts["id"] not in self._heard:
            for listener in self._listeners.get(facts["type"], ()):
                listener(Told(facts["id"], facts["type"], facts["event"], self.bot))
            self._heard[facts["id"]] = None
            while len(self._heard) > REMEMBERED:
                self._heard.popitem(last=False)
        return 200, b"{}"


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Nothing."""


def _plain(reply: Reply) -> dict[str, Any]:
    if reply is None:
        return {}
    return {"text": reply} if isinstance(reply, str) else dict(reply)
