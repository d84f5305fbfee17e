"""A real endpoint of an app for tests: it verifies with the stock library, and does what it is told to do."""

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook


class Endpoint:
    """``plan``: what to answer, a (status, headers) for each request in turn, then ``usual`` for the rest."""

    def __init__(self, port: int = 0) -> None:
        self.secret = ""
        self.usual: tuple[int, dict[str, str]] = (200, {})
        self.plan: list[tuple[int, dict[str, str]]] = []
        self.sleep = 0.0
        self.got: list[dict[str, Any]] = []
        #: When each of them came.
        self.came: list[float] = []
        self.asked = 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            """One request."""

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.asked += 1
                time.sleep(endpoint.sleep)
                told = json.loads(body)
                if endpoint.secret:
                    Webhook(endpoint.secret).verify(body, dict(self.headers))
                if told.get("type") == "url_verification":
                    self.answer(200, {}, json.dumps({"challenge": told["challenge"]}).encode())
                    return
                status, headers = endpoint.plan.pop(0) if endpoint.plan else endpoint.usual
                if status // 100 == 2:
                    endpoint.came.append(time.time())
                    endpoint.got.append(told)
                self.answer(status, headers, b"")

            def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                with contextlib.suppress(OSError):  # who asked did not wait
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/events"

    def close(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()

    def texts(self) -> list[str]:
        """What was said, in the order in which it came."""
        return [each["event"]["body"]["text"] for each in self.got if each["type"] == "message.created"]
