"""Shapes of events for apps at the HTTP door."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, Reply

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class NewEventSubscription(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``url`` "": the app pulls. ``types``: names of events, none: all. ``signature``: in whose words, and how signed."""

    url: Annotated[str, Meta(max_length=2048)] = ""
    types: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=32)] = msgspec.field(
        default_factory=list
    )
    signature: Literal["standard", "slack"] = "standard"


class SubscriptionRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription. ``state``: pending (its challenge is to come), active or disabled with a ``reason``."""

    id: int
    app: int
    state: str
    signature: str
    url: str = ""
    types: list[str] = msgspec.field(default_factory=list)
    reason: str = ""
    last_number: int = 0
    failures: int = 0


class SubscriptionList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The subscriptions of an app."""

    subscriptions: list[SubscriptionRow]


class SubscriptionMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A subscription with its secret, shown this once."""

    subscription: SubscriptionRow
    secret: str


class After(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``after``: the last number that is known."""

    after: Number = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = 100


class AttemptRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One try. ``status`` 0: nothing was answered."""

    at: int
    status: int = 0
    ms: int = 0
    reason: str = ""


class DeliveryRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One event for one subscription: waiting, delivered, dead or kept (for pulling)."""

    number: int
    type: str
    state: str
    conversation: int
    seq: int
    attempts: list[AttemptRow] = msgspec.field(default_factory=list)


class DeliveryList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Deliveries by number."""

    deliveries: list[DeliveryRow]


class Redelivery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Numbers ``first`` to ``last``; ``last`` 0: the first alone."""

    first: Number
    last: Number = 0


class Redelivered(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """How many events are posted once more."""

    count: int


class EventRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One event, as its delivery would tell it. ``event`` has the shape of its ``type`` in the protocol."""

    id: str
    number: int
    type: str
    event: Any


class EventPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Events, the oldest first. Ask again after the last number; none: that was all."""

    events: list[EventRow]
