"""People who call a real gateway, for tests: plain HTTP and plain sockets, without any kit that would heal for them."""

import json

import httpx
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.gateways import Deployment


class Person:
    """Somebody with a token: an HTTP client and, when asked, a socket that has said hello."""

    def __init__(self, deployment: Deployment, index: int, token: str = "", *, gateway: int = 0) -> None:
        self.deployment, self.gateway = deployment, gateway
        self.user, self.token = deployment.people[index]
        self.token = token or self.token
        headers = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(base_url=deployment.url(gateway), headers=headers, timeout=60)

    def socket(self) -> ClientConnection:
        url = self.deployment.socket_url(self.gateway)
        socket = connect(url, subprotocols=[Subprotocol("parley.v1.json")], legacy=True)
        socket.send(json.dumps({"type": "hello", "id": 1, "version": 1, "token": self.token}))
        assert json.loads(socket.recv(30))["type"] == "welcome"
        return socket

    def group(self, *members: "Person") -> int:
        made = self.http.post(
            "/api/v1/conversations", json={"title": "Plan", "members": [each.user for each in members]}
        )
        assert made.status_code in (200, 201), made.text
        return int(made.json()["state"]["conversation"])

    def post(self, group: int, key: str) -> httpx.Response:
        return self.http.post(
            f"/api/v1/conversations/{group}/messages",
            json={"body": {"text": "over HTTP"}},
            headers={"Idempotency-Key": key},
        )
