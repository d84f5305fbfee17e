"""How the server speaks: one JSON object a line in the scaled form, readable lines in the embedded one.

Every line written while a request is served carries its ``request_id`` (imsite/observing.py binds it). Message bodies,
tokens and passwords are never logged by anyone.
"""

import sys
import warnings
from typing import Any

import structlog
from structlog.typing import Processor


def configure(*, machine_readable: bool, level: str) -> dict[str, Any]:
    """Set structlog up and answer Django's LOGGING, so that our lines and the libraries' come out alike."""
    # WhiteNoise's answers are plain iterators; Django reads such a file as a whole under ASGI, which a script of a few
    # kilobytes may be. Downloads of ours are asynchronous there (openplatform/api/downloads.py).
    warnings.filterwarnings("ignore", "StreamingHttpResponse must consume synchronous iterators", Warning)
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if machine_readable else "%H:%M:%S", utc=machine_readable),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if machine_readable:
        last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # Plain tracebacks: the default ones print local variables, and a password may be one.
        last += [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            )
        ]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": last,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django would add a console of its own, and mail nobody reads.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # One line for each answer is ours (imsite/observing.py); its "Not Found: /favicon.ico" says nothing new.
            "django.request": {"level": "ERROR"},
            # It writes whole addresses, and an address may hold a secret of somebody's.
            "httpx": {"level": "WARNING"},
        },
    }
