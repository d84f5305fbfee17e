"""An app built with slack_bolt, unmodified, and a server for it on loopback: what an author writes, for tests."""

import re
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from slack_bolt import App, BoltRequest
from slack_sdk import WebClient


class Seen:
    """What a Bolt app heard, and answers that it gave."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.kinds: list[str] = []
        self.came = threading.Condition()

    def note(self, kind: str, text: str = "") -> None:
        with self.came:
            self.kinds.append(kind)
            self.texts.append(text)
            self.came.notify_all()

    def wait_for(self, text: str, seconds: float = 30.0) -> None:
        with self.came:
            assert self.came.wait_for(lambda: text in self.texts, seconds), (text, self.texts)


GO = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}],
    }
]
VIEW = {
    "type": "modal",
    "callback_id": "ask",
    "private_metadata": "ticket 7",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "why"},
        }
    ],
}


def listen(app: Any, seen: Seen) -> None:
    """Register what the app does: it greets, deploys when it is told why, and notes what it hears."""

    @app.command(re.compile("/deploy.*"))  # type: ignore[untyped-decorator]
    def on_command(ack: Any, command: dict[str, Any], say: Any, respond: Any) -> None:
        ack(f"deploying {command['text']}")
        say(text="Go?", blocks=GO)
        respond("for you alone")
        seen.note("command", command["text"])

    @app.action("go")  # type: ignore[untyped-decorator]
    def on_go(ack: Any, body: dict[str, Any], client: WebClient, respond: Any) -> None:
        ack()
        opened = client.views_open(trigger_id=body["trigger_id"], view=VIEW)
        respond(text="pressed", replace_original=True)
        seen.note("action", opened["view"]["id"])

    @app.view("ask")  # type: ignore[untyped-decorator]
    def on_view(ack: Any, view: dict[str, Any]) -> None:
        why = view["state"]["values"]["reason"]["why"]["value"]
        if why == "no":
            ack(response_action="errors", errors={"reason": "Say more"})
            return
        ack()
        seen.note("view", f"{view['private_metadata']}: {why}")

    @app.event("message")  # type: ignore[untyped-decorator]
    def on_message(event: dict[str, Any], say: Any) -> None:
        seen.note("message", event.get("text", ""))
        if event.get("text", "").startswith("hello"):
            say(text=f"hi to {event['text']}", thread_ts=event["ts"])

    @app.event("app_mention")  # type: ignore[untyped-decorator]
    def on_mention(event: dict[str, Any]) -> None:
        seen.note("app_mention", event["text"])


def listen_async(app: Any, seen: Seen) -> None:
    """The same for an asynchronous app."""

    @app.event("message")  # type: ignore[untyped-decorator]
    async def on_message(event: dict[str, Any], say: Any) -> None:
        seen.note("message", event.get("text", ""))
        if event.get("text", "").startswith("hello"):
            await say(text=f"hi to {event['text']}", thread_ts=event["ts"])


class Served:
    """A Bolt app behind a plain HTTP server of the standard library; ``answers``: statuses in the order given."""

    def __init__(self, host: str, port: int, token: str, base: str) -> None:
        self.seen = Seen()
        self.answers: list[int] = []
        self.app: App | None = None
        self._token, self._base = token, base
        served = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                assert served.app is not None
                headers: dict[str, str | Sequence[str]] = {name: [value] for name, value in self.headers.items()}
                answer = served.app.dispatch(BoltRequest(body=body, headers=headers))
                served.answers.append(answer.status)
                self.send_response(answer.status)
                for name, value in answer.first_headers_without_set_cookie().items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body.encode())

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://{host}:{port}/slack/events"

    def trust(self, secret: str) -> None:
        """From now on requests signed with ``secret`` are the only ones it takes."""
        client = WebClient(self._token, base_url=self._base)
        self.app = App(client=client, signing_secret=secret)
        listen(self.app, self.seen)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
