"""Devices that want to be woken, a push service on this machine that they name, and its mailbox: real requests, real keys."""

import base64
import json
import os
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Device, PushSubscription, User
from accounts.services import devices
from push.models import PushDelivery


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Browser:
    """The half of Web Push that is in a browser: its keys, and reading what was pushed, by a stock library."""

    def __init__(self) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.secret = os.urandom(16)

    @property
    def p256dh(self) -> str:
        return b64(self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    @property
    def auth(self) -> str:
        return b64(self.secret)

    def read(self, body: bytes) -> dict[str, Any]:
        plain = http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        return dict(json.loads(plain))


def woken(actor: Actor, endpoint: str, browser: Browser | None = None) -> Device:
    """A device of ``actor`` that wants to be woken at ``endpoint``."""
    keys = browser or Browser()
    device = devices.register(user=User.objects.get(pk=actor.user), platform="browser", name="Firefox")
    PushSubscription.objects.create(device=device, endpoint=endpoint, p256dh=keys.p256dh, auth=keys.auth)
    return device


class PushService:
    """What a vendor runs: takes posts, answers as ``answer`` says (status, headers), or hangs for a while first."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, str], bytes]] = []
        self.answer: Callable[[str], tuple[int, dict[str, str]]] = lambda _: (201, {})
        self.pause = 0.0
        self.half_open = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                time.sleep(outer.pause)
                if outer.half_open:
                    self.connection.close()
                    return
                outer.taken.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                status, headers = outer.answer(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def due() -> list[int]:
    """Deliveries whose turn it is, whoever they were given to."""
    rows = PushDelivery.objects.filter(state__in=PushDelivery.OPEN, next_at__lte=timezone.now())
    return list(rows.order_by("pk").values_list("pk", flat=True))
