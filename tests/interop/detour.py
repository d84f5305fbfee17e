"""A way for software that knows one host only: a proxy that leads chosen hosts to a server of ours, with TLS of its own.

The software is told of it by the environment (``HTTPS_PROXY``, ``REQUESTS_CA_BUNDLE``), as on a company's network; nothing
in it is changed. Connections to any other host are refused.
"""

import datetime
import socket
import socketserver
import ssl
import threading
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID


class Detour:
    """CONNECT proxy on loopback: ``hosts`` lead to ``port``; TLS is ended here."""

    def __init__(self, folder: Path, hosts: list[str], port: int) -> None:
        self.authority = folder / "ca.pem"
        _certificate(folder, hosts)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "ca.pem", folder / "key.pem")

        class Handler(socketserver.BaseRequestHandler):
            """One connection."""

            def handle(self) -> None:
                head = b""
                while b"\r\n\r\n" not in head:
                    head += self.request.recv(4096)
                method, target = head.split(b" ")[:2]
                if method != b"CONNECT" or target.decode().removesuffix(":443") not in hosts:
                    self.request.sendall(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                    return
                self.request.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                with (
                    context.wrap_socket(self.request, server_side=True) as inside,
                    socket.create_connection(("127.0.0.1", port)) as outside,
                ):
                    back = threading.Thread(target=_pour, args=(outside, inside), daemon=True)
                    back.start()
                    _pour(inside, outside)
                    back.join(5)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """What the software's environment says of it."""
        proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        return {"HTTPS_PROXY": proxy, "https_proxy": proxy, "REQUESTS_CA_BUNDLE": str(self.authority)}

    def close(self) -> None:
        """Take no more."""
        self._server.shutdown()
        self._server.server_close()


def _pour(source: Any, target: Any) -> None:
    try:
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _certificate(folder: Path, hosts: list[str]) -> None:
    """A certificate for ``hosts`` that signs itself, and lives for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in hosts]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
