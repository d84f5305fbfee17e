"""Events for apps: subscriptions, their deliveries' log, sending again, and pulling. docs/events.md"""

from openplatform.api.door import Door
from openplatform.api.event_shapes import (
    After,
    AttemptRow,
    DeliveryList,
    DeliveryRow,
    EventPage,
    EventRow,
    NewEventSubscription,
    Redelivered,
    Redelivery,
    SubscriptionList,
    SubscriptionMade,
    SubscriptionRow,
)
from openplatform.api.operation import operation
from openplatform.models import EventSubscription
from openplatform.services import deliveries, subscriptions


class SubscriptionsView(Door):
    """An app's."""

    @operation("subscriptions.list", scope=None, answer=SubscriptionList, fails=(404,))
    def get(self, *, app: int) -> SubscriptionList:
        """The app's subscriptions and how they fare, for who manages it."""
        return SubscriptionList(subscriptions=[_row(each) for each in subscriptions.list_of(actor=self.actor, app=app)])

    @operation(
        "subscriptions.create",
        scope=None,
        body=NewEventSubscription,
        answer=SubscriptionMade,
        status=201,
        fails=(404, 409),
    )
    def post(self, *, app: int, body: NewEventSubscription) -> SubscriptionMade:
        """Be told of events at an address, or pull them (no address). The secret is shown this once."""
        row, secret = subscriptions.create(
            actor=self.actor, app=app, url=body.url, types=body.types, signature=body.signature
        )
        return SubscriptionMade(subscription=_row(row), secret=secret)


class SubscriptionView(Door):
    """One of them."""

    @operation("subscriptions.remove", scope=None, fails=(404,))
    def delete(self, *, subscription: int) -> None:
        """End it, with its log."""
        subscriptions.remove(actor=self.actor, subscription=subscription)


class VerifyView(Door):
    """Its challenge."""

    @operation("subscriptions.verify", scope=None, answer=SubscriptionRow, fails=(404, 409))
    def post(self, *, subscription: int) -> SubscriptionRow:
        """Send the challenge; said back within three seconds, events are posted from now on."""
        return _row(subscriptions.verify(actor=self.actor, subscription=subscription))


class SubscriptionSecretView(Door):
    """Its secret."""

    @operation("subscriptions.rotate", scope=None, answer=SubscriptionMade, status=201, fails=(404,))
    def post(self, *, subscription: int) -> SubscriptionMade:
        """Another secret, shown this once. For a day deliveries bear both signatures."""
        secret = subscriptions.rotate(actor=self.actor, subscription=subscription)
        row = subscriptions.get_managed(actor=self.actor, subscription=subscription)
        return SubscriptionMade(subscription=_row(row), secret=secret)


class DeliveriesView(Door):
    """The log."""

    @operation("deliveries.list", scope=None, query=After, answer=DeliveryList, fails=(404,))
    def get(self, *, subscription: int, query: After) -> DeliveryList:
        """Deliveries after a number with every attempt: status, milliseconds, reason."""
        found = deliveries.list_log(actor=self.actor, subscription=subscription, after=query.after, limit=query.limit)
        return DeliveryList(
            deliveries=[
                DeliveryRow(
                    number=each.number,
                    type=each.type,
                    state=each.state,
                    conversation=each.conversation,
                    seq=each.seq,
                    attempts=[
                        AttemptRow(at=int(one.at.timestamp() * 1000), status=one.status, ms=one.ms, reason=one.reason)
                        for one in each.tries.all()
                    ],
                )
                for each in found
            ]
        )

    @operation("deliveries.redeliver", scope=None, body=Redelivery, answer=Redelivered, fails=(404,))
    def post(self, *, subscription: int, body: Redelivery) -> Redelivered:
        """Post one event or a range once more, in order, under the same ids."""
        count = deliveries.redeliver(
            actor=self.actor, subscription=subscription, first=body.first, last=body.last or body.first
        )
        return Redelivered(count=count)


class EventsView(Door):
    """Pulling."""

    @operation("events.pull", scope="events:read", query=After, answer=EventPage, fails=(404,))
    def get(self, *, subscription: int, query: After) -> EventPage:
        """Events after a number, the oldest first, of the last seven days; for the app's bot."""
        found = deliveries.list_events(
            actor=self.actor, subscription=subscription, after=query.after, limit=query.limit
        )
        return EventPage(
            events=[EventRow(id=each.id, number=each.number, type=each.type, event=each.event) for each in found]
        )


def _row(row: EventSubscription) -> SubscriptionRow:
    return SubscriptionRow(
        id=row.pk,
        app=row.app_id,
        url=row.url,
        types=row.types,
        signature=row.signature,
        state=row.state,
        reason=row.reason,
        last_number=row.last_number,
        failures=row.failures,
    )
