"""What an app says by itself: messages and cards, whispers, dialogs. Blocking; waits when it was too fast, then goes on."""

import time
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from parley_sdk.errors import Disconnected, ServerError

#: Answers after which the same request may succeed: too fast, or a part of the server is away.
AGAIN = frozenset({429, 503})
TRIES = 5
#: The longest pause that is waited for.
LONGEST = 60.0


class Bot:
    """An app's bot at the HTTP door of the server ``url``."""

    def __init__(
        self,
        url: str,
        token: str,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sleep = sleep
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=url.rstrip("/") + "/api/v1/", headers=headers, timeout=30, transport=transport
        )

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def say(self, conversation: int, text: str, *, thread_root: int = 0) -> int:
        """Say something; the message's seq."""
        return self._send(conversation, {"body": {"text": text}, "thread_root": thread_root})

    def post(self, conversation: int, card: Mapping[str, Any]) -> int:
        """Post a card; the message's seq."""
        return self._send(conversation, {"kind": "card", "body": card})

    def redraw(self, conversation: int, seq: int, card: Mapping[str, Any]) -> None:
        """Show something else in a card of the bot's."""
        self.call("PATCH", f"conversations/{conversation}/messages/{seq}", {"body": card})

    def whisper(self, conversation: int, user: int, text: str) -> None:
        """Say something to one member alone."""
        self.call("POST", f"conversations/{conversation}/whispers", {"user": user, "body": {"text": text}})

    def open_modal(self, trigger: str, modal: Mapping[str, Any]) -> int:
        """Open a dialog for who did something a moment ago; its id."""
        return int(self.call("POST", "modals", {"trigger": trigger, "modal": modal})["modal"])

    def respond(self, response_url: str, reply: Mapping[str, Any]) -> None:
        """Answer a question later."""
        self.call("POST", response_url, reply)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Any operation of the HTTP door. Raises ServerError, Disconnected."""
        key = uuid.uuid4().hex
        for attempt in range(1, TRIES + 1):
            try:
                answer = self._http.request(method, path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError as problem:
                if attempt == TRIES:
                    raise Disconnected(str(problem)) from problem
                self._sleep(float(attempt))  # under the same key nothing is done twice
                continue
            if answer.status_code not in AGAIN or attempt == TRIES:
                return _read(answer)
            self._sleep(min(float(answer.headers.get("Retry-After") or attempt), LONGEST))
        raise AssertionError

    def _send(self, conversation: int, body: dict[str, Any]) -> int:
        sent = {name: value for name, value in body.items() if value}
        return int(self.call("POST", f"conversations/{conversation}/messages", sent)["seq"])


def _read(answer: httpx.Response) -> Any:
    if answer.is_success:
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    raise ServerError(
        str(problem.get("code", "internal")),
        str(problem.get("detail", f"HTTP {answer.status_code}")),
        retry_after=float(answer.headers.get("Retry-After") or 0),
        details=problem.get("details"),
    )
