"""Every error of the kit: one base with ``code``, ``retryable`` and ``retry_after``.

``ServerError`` carries what the server said; the codes are in ``wire.rules.ERRORS``. The others are the kit's own.
"""

from typing import Any

#: Codes after which the same request, with the same key, may succeed.
RETRYABLE = frozenset({"rate_limited", "unavailable", "internal"})


class ParleyError(Exception):
    """Something did not work. ``code`` for programs, the text for people."""

    code: str = "internal"
    retryable: bool = False
    retry_after: float = 0.0


class ServerError(ParleyError):
    """The server refused a request, with a code of the protocol."""

    def __init__(self, code: str, message: str, *, retry_after: float = 0.0, details: dict[str, Any] | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.retryable = code in RETRYABLE
        self.details = details or {}


class Disconnected(ParleyError):
    """There is no connection now, or it ended before the answer came."""

    code: str = "disconnected"
    retryable: bool = True


class NoAnswer(ParleyError):
    """The answer did not come in time."""

    code: str = "no_answer"
    retryable: bool = True


class Cancelled(ParleyError):
    """The caller took it back before it was sent."""

    code: str = "cancelled"


class Closed(ParleyError):
    """The connection ended for good: the same attempt would fail again. ``reason`` is the numeric reason."""

    code: str = "closed"

    def __init__(self, reason: int, message: str):
        super().__init__(message)
        self.reason = reason
