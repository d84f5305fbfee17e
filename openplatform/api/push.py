"""Web Push: the key to subscribe with, and the subscription of the device that asks."""

from accounts import vapid
from accounts.services import subscriptions
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.upload_shapes import NewSubscription, PushKey


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
