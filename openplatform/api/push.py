"""Push: the key to subscribe with, where the device that asks is woken, and why a message did (not) wake it."""

from accounts import vapid
from accounts.services import subscriptions
from chat.rendering import milliseconds
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.push_shapes import NewPushToken, PushTrace, PushTraceRow
from openplatform.api.upload_shapes import NewSubscription, PushKey
from protocol.errors import BadRequest
from push import providers
from push.services import explaining


class KeyView(Door):
    """What browsers' push services know this installation by."""

    @operation("push.key", scope=None, answer=PushKey)
    def get(self) -> PushKey:
        """The public key for ``pushManager.subscribe``. It stays; a browser that subscribed with another does so anew."""
        return PushKey(key=vapid.get_public_key())


class SubscriptionView(Door):
    """Where the actor's device is woken."""

    @operation("push.subscribe", scope=None, body=NewSubscription)
    def put(self, *, body: NewSubscription) -> None:
        """Wake this device there. The last subscription of a device counts."""
        subscriptions.put(actor=self.actor, endpoint=body.endpoint, p256dh=body.keys.p256dh, auth=body.keys.auth)

    @operation("push.unsubscribe", scope=None)
    def delete(self) -> None:
        """Wake it no more."""
        subscriptions.remove(actor=self.actor)


class TokenView(Door):
    """Where a phone is woken."""

    @operation("push.register", scope=None, body=NewPushToken)
    def put(self, *, body: NewPushToken) -> None:
        """Wake this device through its system's service. Replaces what it said before, a Web Push subscription too."""
        found = providers.get(body.provider)
        if found is None or not found.for_devices:
            raise BadRequest("This installation has no such provider.", details={"path": "provider"})
        subscriptions.put_token(actor=self.actor, provider=body.provider, token=body.token)


class TraceView(Door):
    """Why did I (not) get it?"""

    @operation("push.trace", scope=None, answer=PushTrace, fails=(404,))
    def get(self, *, conversation: int, seq: int) -> PushTrace:
        """For each of one's own devices: what was decided about this message, why, and what became of it."""
        found = explaining.explain(actor=self.actor, conversation=conversation, seq=seq)
        return PushTrace(
            devices=[
                PushTraceRow(
                    device=each.device,
                    device_name=each.device_name,
                    provider=each.provider,
                    state=each.state,
                    reason=each.reason,
                    explanation=each.explanation,
                    kept=each.kept,
                    attempts=each.attempts,
                    answer=each.answer,
                    created_at=milliseconds(each.created_at),
                    done_at=milliseconds(each.done_at),
                )
                for each in found
            ]
        )
