"""What every provider does: take one notice to one address, and say in one of four words how it went."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

#: "sent"; "retry": try again later; "gone": nobody is at this address any more; "refused": it will never be taken.
Result = Literal["sent", "retry", "gone", "refused"]
ANSWER_CHARS = 300


@dataclass(frozen=True, slots=True)
class Address:
    """Where: an endpoint with keys (Web Push), or ``provider:token``."""

    endpoint: str
    p256dh: str = ""
    auth: str = ""

    @property
    def token(self) -> str:
        """What the provider knows the device by."""
        return self.endpoint.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail has besides: its text in both forms, the address at which one click ends it, and a name for each once."""

    text: str
    html: str
    stop: str
    name: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown. ``unread``: the number on the app; ``withdraw``: take away what is shown up to ``seq`` instead."""

    conversation: int
    seq: int
    title: str = ""
    body: str = ""
    unread: int = 0
    ttl: int = 3600
    urgent: bool = False
    withdraw: bool = False
    letter: Letter | None = None
    #: Of a reminder: the conversation and message that it is about, which a click opens.
    go: tuple[int, int] | None = None

    @property
    def collapse(self) -> str:
        """One notification for each conversation, the newest: under this name a later one takes an earlier one's place.

        Each reminder has a name of its own.
        """
        return f"r{self.go[0]}-{self.go[1]}" if self.go else f"c{self.conversation}"

    def payload(self) -> dict[str, Any]:
        """What a client gets: the browser's service worker and apps read the same fields."""
        told: dict[str, Any] = {"conversation": self.conversation, "seq": self.seq, "unread": self.unread}
        if self.go:
            told |= {"go": list(self.go), "tag": self.collapse}
        if self.withdraw:
            return told | {"withdraw": True}
        return told | {"title": self.title, "body": self.body}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went, in its words too. ``after``: seconds that it wants to be left alone. ``counts``: as an attempt."""

    result: Result
    answer: str = ""
    after: float = 0.0
    counts: bool = True


class Provider(ABC):
    """One way to reach a device. Blocking and safe to call from several threads; never raises for what may happen."""

    name: ClassVar[str]
    #: Whether all addresses are at one service, so that what it says to one (429, Retry-After) is said to all.
    one_service: ClassVar[bool] = False
    #: Whether a device may register with it by a token.
    for_devices: ClassVar[bool] = True

    @abstractmethod
    def send(self, address: Address, notice: Notice) -> Outcome:
        """Take ``notice`` there."""

    def is_ready(self) -> bool:
        """Whether the operator has set it up."""
        return True


def outcome_of(status: int, said: str, headers: Mapping[str, str]) -> Outcome:
    """What an HTTP status means when a provider says nothing special with it."""
    answer = f"{status} {said}".strip()[:ANSWER_CHARS]
    if 200 <= status < 300:
        return Outcome("sent", answer)
    if status in {404, 410}:
        return Outcome("gone", answer)
    if status in {408, 425, 429} or status >= 500:
        return Outcome("retry", answer, seconds_of(headers.get("retry-after", "")))
    return Outcome("refused", answer)


def seconds_of(text: str) -> float:
    """Retry-After as seconds; 0 when it is not a plain number (a date: the pauses of the ledger do)."""
    return float(min(int(text), 24 * 3600)) if text.isascii() and text.isdigit() else 0.0
