"""An app that is asked, at a real endpoint of its own: it verifies each question and answers what the test wants."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook

from accounts.actor import Actor
from openplatform.dialects.manifest import Asked, Command, Manifest
from openplatform.models import App, Interactivity
from openplatform.services import apps, installations, manifests
from openplatform.tests.stage import Stage

Answering = Callable[[dict[str, Any]], Any]


class Asking(Stage):
    """The stage with an app that has the command /deploy; ``answer`` makes its replies; ``asked`` are the questions."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[dict[str, Any]] = []
        self.answer: Answering = lambda question: {}
        self.status = 200
        self.secret = ""
        #: A whole app instead of ``answer``: headers and body in, status and body out.
        self.handle: Callable[[dict[str, str], bytes], tuple[int, bytes]] | None = None
        asking = self

        class Handler(BaseHTTPRequestHandler):
            """One question."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if asking.handle is not None:
                    self.answer(*asking.handle(dict(self.headers), body))
                    return
                Webhook(asking.secret).verify(body, dict(self.headers))
                asking.asked.append(json.loads(body))
                said = asking.answer(asking.asked[-1])
                raw = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.answer(asking.status, raw)

            def answer(self, status: int, raw: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.declare()

    def declare(self, command: str = "deploy") -> None:
        """The app says where it is asked, and that it has a command."""
        admin, app = self.company.admin, self.app.pk
        manifest = Manifest(
            name=self.app.name,
            scopes=["commands:register", "events:read", "messages:read", "messages:write"],
            interactivity=Asked(url=f"http://127.0.0.1:{self._server.server_address[1]}/parley"),
            commands=[Command(name=command, help="Deploy it", usage="<where>", help_zh="部署")],
        )
        self.secret = manifests.put(actor=admin, app=app, manifest=manifest).secrets.get("interactivity", self.secret)
        installations.consent(actor=admin, app=app, wanted=list(manifest.scopes))

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    @property
    def bot_actor(self) -> Actor:
        """Who the app's bot is at a door."""
        return Actor(user=self.bot, name=self.app.name, app=self.app.pk, scopes=frozenset({"messages:write"}))

    def suspend(self) -> None:
        """Cut the app off."""
        apps.suspend(actor=self.company.admin, app=self.app.pk, reason="Leaked")

    def row(self) -> Interactivity:
        """Where it is asked."""
        return Interactivity.objects.get(app=App(pk=self.app.pk))
