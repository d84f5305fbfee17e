"""Which requests led here: an id from the door through the commit and its tasks, in every log line on the way.

Bound where a request enters (imsite/observing.py, ``chat.realtime.connection``), kept by drafts until their commit,
carried in the headers of Celery's messages (imsite/celery.py). A batch has the ids of all that are in it. Not stored.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager

import structlog

#: Ids named at most of those that share a commit or a task: one line of a log stays readable.
MOST = 20


def get() -> str:
    """The ids bound now, joined by commas; "" outside requests."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def join(ids: Iterable[str]) -> str:
    """Several as one text, each once, MOST at most and "…" for the rest."""
    each = list(dict.fromkeys(part for found in ids for part in found.split(",") if part and part != "…"))
    return ",".join([*each[:MOST], "…"] if len(each) > MOST else each)


def bound(ids: str) -> AbstractContextManager[None]:
    """A stretch of code whose log lines, drafts and tasks carry ``ids``."""
    return structlog.contextvars.bound_contextvars(request_id=ids)
