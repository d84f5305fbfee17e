"""Every error a client can see, as one tree, and every code with which a socket can close.

A service raises one of these; each door translates it once. Nothing else crosses a door.

    ParleyError
    ├── BadRequest      malformed · unknown_frame · invalid · too_large · unsupported_version · key_reused
    ├── Unauthenticated unauthenticated · token_expired · device_revoked · bad_credentials · second_factor_required
    ├── Forbidden       not_a_member · not_allowed · muted · read_only · window_over · words_blocked · origin_refused
    ├── NotFound        not_found
    ├── Conflict        conflict
    ├── RateLimited     rate_limited
    └── Unavailable     unavailable · internal
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, ClassVar


class ParleyError(Exception):
    """An error with a code for programs and a sentence for people.

    ``code`` snake_case; ``message`` one English sentence; ``retry_after`` seconds or None;
    ``details`` small JSON-safe facts, for instance ``{"path": "body.text"}``.
    """

    status: ClassVar[int] = 500
    default_code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        retry_after: float | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code or self.default_code
        self.message = message
        self.retry_after = retry_after
        self.details = dict(details or {})


class BadRequest(ParleyError):
    """The request itself is wrong; sending it again unchanged will fail again."""

    status, default_code = 400, "invalid"


class Unauthenticated(ParleyError):
    """Nobody, or nobody any more."""

    status, default_code = 401, "unauthenticated"


class Forbidden(ParleyError):
    """Somebody, but not allowed. Outsiders get ``not_a_member`` whether or not the conversation exists."""

    status, default_code = 403, "not_allowed"


class NotFound(ParleyError):
    """No such thing for this actor."""

    status, default_code = 404, "not_found"


class Conflict(ParleyError):
    """The thing is in a state that forbids this."""

    status, default_code = 409, "conflict"


class RateLimited(ParleyError):
    """Too fast; ``retry_after`` says when."""

    status, default_code, retryable = 429, "rate_limited", True


class Unavailable(ParleyError):
    """Our fault or a pause; the same request with the same key may be sent again."""

    status, default_code, retryable = 503, "unavailable", True


#: code -> what it means; docs/protocol.md prints this table and a test holds the doors to it.
CODES: Mapping[str, str] = {
    "malformed": "The bytes are not a frame in the negotiated codec.",
    "unknown_frame": "No request of that type in this protocol version.",
    "invalid": "A field is missing, unknown, or has a wrong type or value; details.path names it.",
    "too_large": "The frame, body or file is over its limit.",
    "unsupported_version": "This server does not speak that protocol version; details.supported lists those it does.",
    "key_reused": "The client_key was used before by this sender in this conversation for something else.",
    "unauthenticated": "Sign in first.",
    "token_expired": "The token's time is over; renew it and connect again.",
    "device_revoked": "This device was signed out remotely.",
    "bad_credentials": "The user name or password is wrong, or the account is closed.",
    "second_factor_required": "The password was right; this account has a second factor, send its code too.",
    "not_a_member": "You are not in that conversation, or it does not exist.",
    "not_allowed": "You may not do that here; details.rule names the rule that decided.",
    "muted": "You are muted in this conversation; details.until says for how long.",
    "read_only": "Only some members may post here.",
    "window_over": "The time in which this message could be changed is over.",
    "words_blocked": "There are words in it that may not be said here; details.words names some.",
    "origin_refused": "The page that opened this socket is not one of this server's origins.",
    "not_found": "No such thing, or none that you may see.",
    "conflict": "The thing is in a state that forbids this.",
    "rate_limited": "Too fast; wait retry_after seconds.",
    "unavailable": "A part of the server is not reachable now; try again with the same key.",
    "internal": "Parley failed; the same request with the same key may be sent again.",
}


class CloseCode(IntEnum):
    """Why a socket closed, in ranges that say what to do.

    * 4000–4099 reconnect with back-off and resume: nothing is wrong with you.
    * 4100–4199 reconnect after the cause is gone (a pause, a fresh token).
    * 4400–4499 do not reconnect: the same attempt will fail again.

    1000, 1001, 1006, 1011, 1012 and 1013 of RFC 6455 count as 4000–4099.
    """

    GOING_AWAY = 4000
    LAGGING = 4001
    HEARTBEAT_MISSED = 4002
    ACKS_MISSED = 4003
    INTERNAL = 4004
    TOO_FAST = 4100
    TOKEN_EXPIRED = 4101
    HELLO_MISSED = 4102
    MALFORMED = 4400
    UNAUTHENTICATED = 4401
    DEVICE_REVOKED = 4403
    UNSUPPORTED_VERSION = 4406
    TOO_LARGE = 4413

    @property
    def reconnect(self) -> bool:
        """Whether a client should come back by itself."""
        return self < 4400


#: close code -> what happened and what to do, for docs/protocol.md.
CLOSE_REASONS: Mapping[CloseCode, str] = {
    CloseCode.GOING_AWAY: "The gateway is stopping; reconnect at once to another.",
    CloseCode.LAGGING: "The session read too slowly and its queue was dropped; reconnect and sync.",
    CloseCode.HEARTBEAT_MISSED: "No sign of life for a heartbeat and its grace.",
    CloseCode.ACKS_MISSED: "Durable events were not acknowledged in spite of repeats; reconnect and sync.",
    CloseCode.INTERNAL: "Parley failed; reconnect with back-off.",
    CloseCode.TOO_FAST: "Frames kept coming over the announced rate; wait before coming back.",
    CloseCode.TOKEN_EXPIRED: "Renew the token, then reconnect.",
    CloseCode.HELLO_MISSED: "No hello within its time.",
    CloseCode.MALFORMED: "Repeated frames that are not in the negotiated codec.",
    CloseCode.UNAUTHENTICATED: "No valid session cookie or token.",
    CloseCode.DEVICE_REVOKED: "This device was signed out remotely; forget the token.",
    CloseCode.UNSUPPORTED_VERSION: "No common protocol version.",
    CloseCode.TOO_LARGE: "A frame over the announced size.",
}
