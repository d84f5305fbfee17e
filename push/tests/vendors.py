"""What vendors run, on this machine: HTTP/2 over TLS as Apple has it, Google's token and message addresses, an SMTP server."""

import asyncio
import datetime
import json
import socket
import ssl
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from hypercorn.asyncio import serve
from hypercorn.config import Config


def pem_of(key: Any) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem_of(key: Any) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def apple_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def google_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Asked:
    """One request as it came."""

    version: str
    path: str
    headers: dict[str, str]
    body: bytes
    port: int

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Vendor:
    """A server of TLS and HTTP/2 in a thread. ``answer``: request → status, headers, body. ``silent``: it never answers."""

    answer: Callable[[Asked], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"{}")
    silent: bool = False
    taken: list[Asked] = field(default_factory=list)
    tls: bool = True

    def __post_init__(self) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="parley-vendor-")
        self.authority = Path(self.folder.name) / "ca.pem"
        config = Config()
        config.bind = ["127.0.0.1:0"]
        config.errorlog = config.accesslog = None
        if self.tls:
            config.certfile, config.keyfile = self._certificate()
        config.alpn_protocols = ["h2", "http/1.1"]
        [listening] = config.create_sockets().secure_sockets if self.tls else config.create_sockets().insecure_sockets
        port = listening.getsockname()[1]
        # The server's from here on: with two owners the second close hit whatever had that number by then, a test database.
        config.bind = [f"fd://{listening.detach()}"]
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{port}"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(config,), daemon=True)
        self._thread.start()

    def _run(self, config: Config) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(serve(self._app, config, shutdown_trigger=self._stop.wait))
        finally:
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.close()

    async def _app(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                told = await receive()
                await send({"type": f"{told['type']}.complete"})
                if told["type"] == "lifespan.shutdown":
                    return
        body, more = b"", True
        while more:
            told = await receive()
            body, more = body + told.get("body", b""), told.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        asked = Asked(scope["http_version"], scope["path"], headers, body, scope["client"][1])
        self.taken.append(asked)
        if self.silent:
            await asyncio.sleep(30)
            return
        status, given, content = self.answer(asked)
        raw = [(name.encode(), value.encode()) for name, value in given.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content})

    def _certificate(self) -> tuple[str, str]:
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a vendor")])
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, SHA256())
        )
        self.authority.write_bytes(made.public_bytes(Encoding.PEM))
        secret = Path(self.folder.name) / "key.pem"
        secret.write_text(pem_of(key))
        return str(self.authority), str(secret)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(5)
        assert not self._thread.is_alive(), "the vendor's server did not stop"
        self.folder.cleanup()


class Post(Controller):
    """An SMTP server. ``refuse``: address → what it answers to RCPT, when not "250 OK"."""

    def __init__(self) -> None:
        self.letters: list[Any] = []
        self.refuse: dict[str, str] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        super().__init__(self, hostname="127.0.0.1", port=port)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 - its name
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - its name
        self.letters.append(envelope)
        return "250 OK"


def trusting(vendor: Vendor, monkeypatch: Any) -> None:
    """Trust its certificate, as an operator's machine trusts the vendors'."""
    monkeypatch.setenv("SSL_CERT_FILE", str(vendor.authority))
    assert ssl.create_default_context(cafile=str(vendor.authority))
