"""Callers for the tests of the HTTP door: Alice owns, Bob is a member, Charlie is an outsider, Nobody did not sign in."""

from typing import Any

import msgspec
from django.test import Client

from accounts.services import tokens
from accounts.tests.factories import person


class Caller:
    """A client of the HTTP door that speaks JSON as one person."""

    def __init__(self, username: str = "") -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        self.name = username or "nobody"
        if username:
            self.user = person(username)
            raw, self.token = tokens.issue(user=self.user, device_name=f"{username}'s kit")
            self.headers["Authorization"] = f"Bearer {raw}"

    def __repr__(self) -> str:
        return self.name

    def ask(self, method: str, address: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Django's response; ``address`` is below /api/v1/."""
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            b"" if body is None else msgspec.json.encode(body),
            content_type="application/json",
            headers={**self.headers, **headers, **({"Idempotency-Key": key} if key else {})},
        )

    def get(self, address: str, **headers: str) -> Any:
        return self.ask("GET", address, **headers)

    def post(self, address: str, body: Any = None, **more: str) -> Any:
        return self.ask("POST", address, {} if body is None else body, **more)
