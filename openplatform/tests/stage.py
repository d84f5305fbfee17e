"""An app with a bot in Alice's group, subscribed to events at a real endpoint, for the tests of events."""

import uuid
from datetime import timedelta
from typing import Any

from accounts.actor import Actor
from accounts.tests.factories import actor_of, person
from chat.services import conversations, listening, messages
from openplatform.models import EventSubscription, WebhookDelivery
from openplatform.services import installations, posting, subscriptions
from openplatform.tests.endpoints import Endpoint
from openplatform.tests.factories import Company

#: Where the tests' endpoints are.
REACHABLE = {"webhook_networks": ("127.0.0.0/8",), "webhook_ports": range(1, 65536), "webhook_plain": True}


class Stage:
    """The company's app is installed; its bot is in ``group`` with Bob; ``quiet`` is another group with it."""

    def __init__(self, scopes: tuple[str, ...] = ("events:read",)) -> None:
        self.company = Company()
        self.app = self.company.approved(scopes)
        installations.install(actor=self.company.owner, app=self.app.pk)
        self.app.refresh_from_db()
        self.bot = self.app.bot_id or 0
        self.bob = actor_of(person("bob"))
        self.group, self.quiet = self.make_group("Apollo"), self.make_group("Quiet")
        self.listen()

    def make_group(self, title: str, *, with_bot: bool = True) -> int:
        members = [self.bob.user, *([self.bot] if with_bot else [])]
        return conversations.create_group(actor=self.company.owner, title=title, members=members).pk

    def subscribe(self, endpoint: Endpoint | None = None, **more: Any) -> EventSubscription:
        """Proven, when there is an endpoint."""
        more.setdefault("types", ["message.created"])
        url = endpoint.url if endpoint else ""
        row, secret = subscriptions.create(actor=self.company.owner, app=self.app.pk, url=url, **more)
        if endpoint:
            if row.signature == "standard":
                endpoint.secret = secret
            subscriptions.verify(actor=self.company.owner, subscription=row.pk)
        return row

    def say(self, text: str, *, group: int = 0, who: Actor | None = None) -> int:
        group = group or self.group
        said = messages.send(
            actor=who or self.bob, conversation=group, client_key=uuid.uuid4().hex, body={"text": text}
        )
        listening.pump(group)
        return said.seq

    def listen(self) -> None:
        for group in (self.group, self.quiet):
            listening.pump(group)


def work(row: EventSubscription, clock: Any = None, *, hours: float = 0.0, step: float = 15.0) -> None:
    """Turns until nothing is due; with a clock, for so many hours in steps, as beat would."""
    while posting.run(subscription=row.pk):
        pass
    for _ in range(int(hours * 3600 / step)):
        clock.shift(timedelta(seconds=step))
        while posting.run(subscription=row.pk):
            pass


def states(row: EventSubscription) -> list[str]:
    return list(WebhookDelivery.objects.filter(subscription=row).order_by("number").values_list("state", flat=True))
