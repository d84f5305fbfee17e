"""Web Push over HTTP: the key, and the subscription of the device that asks."""

from accounts.models import PushSubscription
from openplatform.tests.factories import World, subscription
from openplatform.tests.test_door import is_problem


def test_a_device_subscribes_and_leaves(world: World):
    key = world.bob.get("push/key").json()["key"]
    assert key == world.alice.get("push/key").json()["key"]
    assert world.bob.ask("PUT", "devices/current/push", subscription()).status_code == 204
    assert [each.device_id for each in PushSubscription.objects.all()] == [world.bob.token.device_id]
    assert world.bob.ask("DELETE", "devices/current/push").status_code == 204
    assert not PushSubscription.objects.exists()


def test_what_is_no_subscription_is_refused(world: World):
    is_problem(world.bob.ask("PUT", "devices/current/push", subscription(endpoint="http://inside")), 400, "invalid")
    is_problem(world.bob.ask("PUT", "devices/current/push", {"endpoint": "https://a.example"}), 400, "invalid")
