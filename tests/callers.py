"""People who call a real gateway, for tests: plain HTTP and plain sockets, without any kit that would heal for them."""

import json

import httpx
from websockets.sync.client import connect


class Person:
    """Somebody with a token: an HTTP client and, when asked, a socket that has said hello."""

    def __init__(self, deployment, index, token="", *, gateway=0):
        self.deployment, self.gateway = deployment, gateway
        self.user, self.token = deployment.people[index]
        self.token = token or self.token
        headers = {"Authorization": f"Bearer {self.token}"}
        self.http = httpx.Client(base_url=deployment.url(gateway), headers=headers, timeout=60)

    def socket(self):
        socket = connect(self.deployment.socket_url(self.gateway), subprotocols=["parley.v1.json"], legacy=True)
        socket.send(json.dumps({"type": "hello", "id": 1, "version": 1, "token": self.token}))
        assert json.loads(socket.recv(30))["type"] == "welcome"
        return socket

    def group(self, *members):
        made = self.http.post(
            "/api/v1/conversations", json={"title": "Plan", "members": [each.user for each in members]}
        )
        assert made.status_code in (200, 201), made.text
        return made.json()["state"]["conversation"]

    def post(self, group, key):
        return self.http.post(
            f"/api/v1/conversations/{group}/messages",
            json={"body": {"text": "over HTTP"}},
            headers={"Idempotency-Key": key},
        )
