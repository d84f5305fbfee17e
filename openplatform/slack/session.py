"""One socket of Socket Mode without any input or output: which frames go out, what an answer means, when it is over."""

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from openplatform.services.slack_links import Asked, Due

Json = dict[str, Any]
#: Seconds of warning before a socket is asked to come anew, and that it then has for it; of a short life a quarter.
WARNING_SECONDS = 10.0
#: Bytes of an answer that are read.
MAX_ANSWER = 64 * 1024


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """All envelopes of a delivery were answered, in this time."""

    delivery: int
    ms: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What was asked was acknowledged; ``said``: {} when nothing was."""

    number: int
    said: Json


@dataclass(slots=True)
class _Sent:
    """A delivery on its way: envelopes that are not answered yet, and since when."""

    waiting: set[str]
    at: float


@dataclass(slots=True)
class Session:
    """``now`` of everything: monotonic seconds."""

    app: int
    connections: int
    now: float
    life: float
    _sent: dict[int, _Sent] = field(default_factory=dict)
    _of: dict[str, int] = field(default_factory=dict)
    _asked: dict[str, int] = field(default_factory=dict)
    _warned: bool = False
    _ending: float = 0.0

    def hello(self) -> Json:
        """The first frame: Node's client waits for it."""
        return {
            "type": "hello",
            "num_connections": self.connections,
            "connection_info": {"app_id": f"A{self.app:010d}"},
            "debug_info": {"host": "parley", "approximate_connection_time": int(self.life)},
        }

    def deliver(self, due: Due, now: float) -> list[Json]:
        """The envelopes of a delivery. One that is sent again here replaces the first."""
        self._forget(due.delivery)
        again = {"retry_attempt": due.attempt, "retry_reason": "timeout" if due.attempt else ""}
        kind = {"type": "events_api", "accepts_response_payload": False, **again}
        frames = {str(uuid.uuid4()): payload for payload in due.payloads}
        self._of.update(dict.fromkeys(frames, due.delivery))
        self._sent[due.delivery] = _Sent(set(frames), now)
        return [{"envelope_id": name, "payload": payload, **kind} for name, payload in frames.items()]

    def ask(self, asked: Asked) -> Json:
        """The envelope of a command or a press: its acknowledgement may say something."""
        name = str(uuid.uuid4())
        self._asked[name] = asked.number
        kept = {"accepts_response_payload": True, "retry_attempt": 0, "retry_reason": ""}
        return {"envelope_id": name, "type": asked.kind, "payload": asked.payload, **kept}

    def hear(self, text: str, now: float) -> Acknowledged | Answered | None:
        """An answer of the client's; what it completes. What is none of ours is passed over."""
        try:
            told = json.loads(text[:MAX_ANSWER])
            name, said = told.get("envelope_id"), told.get("payload")
        except (ValueError, AttributeError, RecursionError):
            return None
        if isinstance(name, str) and name in self._asked:
            words = {"text": said} if isinstance(said, str) else said
            return Answered(self._asked.pop(name), words if isinstance(words, dict) else {})
        delivery = self._of.pop(name, 0) if isinstance(name, str) else 0
        sent = self._sent.get(delivery)
        if sent is None:
            return None
        sent.waiting.discard(name)
        if sent.waiting:
            return None
        del self._sent[delivery]
        return Acknowledged(delivery, int((now - sent.at) * 1000))

    def tick(self, now: float) -> list[Json]:
        """What the time asks for: a warning, then the request to come anew."""
        age = now - self.now
        if age >= self.life and not self._ending:
            self._ending = now + WARNING_SECONDS
            return [self.disconnect("refresh_requested")]
        if age >= self.life - min(WARNING_SECONDS, self.life / 4) and not self._warned:
            self._warned = True
            return [self.disconnect("warning")]
        return []

    @property
    def is_ending(self) -> bool:
        """Whether it was asked to come anew: nothing more is sent here."""
        return bool(self._ending)

    def over(self, now: float) -> bool:
        """Whether the client has had its time to go."""
        return bool(self._ending) and now >= self._ending

    def disconnect(self, reason: str) -> Json:
        """Warning, refresh_requested, link_disabled."""
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "parley"}}

    def unanswered(self) -> list[int]:
        """Deliveries that were sent and not acknowledged."""
        return sorted(self._sent)

    def _forget(self, delivery: int) -> None:
        old = self._sent.pop(delivery, None)
        for name in old.waiting if old else ():
            self._of.pop(name, None)
