"""Celery's messages carry the ids of the requests that led to them, and a worker's log lines name them.

What a task starts inherits its ids, so a push or a webhook is found with the id of the send. Also: how long tasks took.
"""

import time
from contextlib import AbstractContextManager
from typing import Any

import structlog
from celery.signals import before_task_publish, task_postrun, task_prerun
from prometheus_client import Histogram

SECONDS = Histogram(
    "parley_task_seconds",
    "Time of one task in this process, by how it ended.",
    ["task", "state"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300),
)

log = structlog.get_logger("parley.task")
#: Task id -> when it began, and what takes its ids off again.
_running: dict[str, tuple[float, AbstractContextManager[None]]] = {}


def connect() -> None:
    """Called once, where the app is made. A second time changes nothing."""
    before_task_publish.connect(_give, weak=False, dispatch_uid="parley-request-id")
    task_prerun.connect(_begin, weak=False, dispatch_uid="parley-request-id")
    task_postrun.connect(_end, weak=False, dispatch_uid="parley-request-id")


def _give(headers: dict[str, Any] | None = None, **_: Any) -> None:
    ids = structlog.contextvars.get_contextvars().get("request_id")
    if headers is not None and ids and not headers.get("request_id"):
        headers["request_id"] = ids


def _begin(task_id: str = "", task: Any = None, **_: Any) -> None:
    ids = _ids(task)
    bound = structlog.contextvars.bound_contextvars(**({"request_id": ids} if ids else {}), task=task.name)
    bound.__enter__()
    _running[task_id] = time.perf_counter(), bound


def _end(task_id: str = "", task: Any = None, state: str | None = None, **_: Any) -> None:
    began, bound = _running.pop(task_id, (0.0, None))
    if bound is None:
        return
    took = time.perf_counter() - began
    SECONDS.labels(task.name, state or "UNKNOWN").observe(took)
    # By the clock runs a task every two seconds: only what somebody asked for is worth a line.
    write = log.info if _ids(task) or state != "SUCCESS" else log.debug
    write("task ended", state=state, ms=round(took * 1000, 1))
    bound.__exit__(None, None, None)


def _ids(task: Any) -> str:
    """As a header of the message; Celery puts headers that it does not know beside its own facts of the request."""
    request = task.request
    found = getattr(request, "request_id", None) or (request.headers or {}).get("request_id")
    return found if isinstance(found, str) else ""
