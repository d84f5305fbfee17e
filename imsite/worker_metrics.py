"""``/metrics`` of a worker: a worker has no HTTP door, and its children count each for themselves.

On with PARLEY_WORKER_METRICS_PORT. The children write their numbers to files of a folder of this start (the client
library's multiprocess mode, which it must be told before it is imported); the parent adds them up when it is asked.
Also there: how many tasks wait in each queue, asked of the broker then. A gateway's numbers: imsite/metrics.py.
"""

import atexit
import hmac
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

PORT = os.environ.get("PARLEY_WORKER_METRICS_PORT", "")
_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# The variable may stand in an environment that gateways share; with one process each, they need no files.
if PORT and "worker" in sys.argv and _FOLDER not in os.environ:
    os.environ[_FOLDER] = tempfile.mkdtemp(prefix="parley-metrics-")
    atexit.register(shutil.rmtree, os.environ[_FOLDER], ignore_errors=True)

import structlog  # noqa: E402 - the folder comes first
from celery import Celery  # noqa: E402
from celery.signals import worker_init  # noqa: E402
from django.conf import settings  # noqa: E402
from kombu.connection import Connection  # noqa: E402
from kombu.exceptions import ChannelError  # noqa: E402
from prometheus_client import CollectorRegistry, make_wsgi_app  # noqa: E402
from prometheus_client.core import GaugeMetricFamily  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402
from prometheus_client.registry import Collector  # noqa: E402

log = structlog.get_logger("parley.worker")
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Waiting(Collector):
    """Tasks that no worker has taken yet, by queue. Every worker tells the same number: take the greatest."""

    def __init__(self, app: Celery, queues: Iterable[str]) -> None:
        self._app = app
        self._queues = tuple(queues)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Asked of the broker now; nothing while it is away, so that the line breaks off instead of showing zero."""
        told = GaugeMetricFamily("parley_queue_waiting", "Tasks that wait in the broker.", labels=["queue"])
        try:
            for queue, count in waiting(self._app, self._queues).items():
                told.add_metric([queue], count)
        except Exception as problem:
            log.warning("the broker was not asked how much waits", problem=type(problem).__name__)
        yield told


def waiting(app: Celery, queues: Iterable[str]) -> dict[str, int]:
    """Queue -> tasks that no worker has taken. Raises what the broker's client raises when it is away."""
    with app.connection_for_read(connect_timeout=2) as connection:
        return {queue: _waiting(connection, queue) for queue in queues}


def _waiting(connection: Connection, queue: str) -> int:
    # A channel each: brokers of AMQP close the one on which they were asked for a queue that is not there yet.
    with connection.channel() as channel:
        try:
            return int(channel.queue_declare(queue=queue, passive=True).message_count)
        except ChannelError:
            return 0


def application(app: Celery, queues: Iterable[str], token: str) -> Application:
    """The numbers for who sends ``token`` as bearer; without one, for whoever reaches the port."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(Waiting(app, queues))
    numbers: Application = make_wsgi_app(registry)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_AUTHORIZATION", "")
        if token and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Send PARLEY_METRICS_TOKEN as a bearer token.\n"]
        return numbers(environ, start)

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        """A scrape every few seconds is no news."""


def serve(app: Celery, queues: Iterable[str], port: int, token: str) -> WSGIServer:
    """Answer on ``port`` (0: any) in a thread: with a token everywhere, without one on this machine only."""
    host = "" if token else "127.0.0.1"
    server = make_server(host, port, application(app, queues, token), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, name="parley-metrics", daemon=True).start()
    return server


def connect(app: Celery, queues: Iterable[str]) -> None:
    """Serve from the worker's start on, where a port is set."""

    def start(**_: Any) -> None:
        if not PORT:
            return
        try:
            serve(app, queues, int(PORT), settings.METRICS_TOKEN)
        except (OSError, ValueError) as problem:
            # Worse than no numbers would be no worker.
            log.error("the worker's numbers are not served", port=PORT, problem=str(problem))

    worker_init.connect(start, weak=False, dispatch_uid="parley-worker-metrics")
