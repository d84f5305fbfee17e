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


def test_a_phone_registers_with_a_provider_that_is_set_up(world: World, settings):
    wanted = {"provider": "console", "token": "abcdef0123456789"}
    settings.PUSH_CONSOLE = False
    is_problem(world.bob.ask("PUT", "devices/current/push/token", wanted), 400, "invalid")
    settings.PUSH_CONSOLE = True
    assert world.bob.ask("PUT", "devices/current/push/token", wanted).status_code == 204
    assert PushSubscription.objects.get().endpoint == "console:abcdef0123456789"
    for bad in ({**wanted, "token": "../../etc/passwd"}, {**wanted, "provider": "webpush"}, {"provider": "console"}):
        is_problem(world.bob.ask("PUT", "devices/current/push/token", bad), 400, "invalid")
    assert PushSubscription.objects.get().endpoint == "console:abcdef0123456789"


def test_why_did_i_not_get_it_is_answered_to_members_about_themselves(world: World):
    said = world.alice.ask("POST", f"conversations/{world.group}/messages", {"body": {"text": "hi"}}).json()
    place = f"conversations/{world.group}/messages/{said['seq']}/push"
    [row] = world.bob.get(place).json()["devices"]
    assert (row["state"], row["reason"]) == ("none", "no_device")
    world.bob.ask("PUT", "devices/current/push", subscription())
    [row] = world.bob.get(place).json()["devices"]
    assert (row["device"], row["reason"], row["kept"]) == (world.bob.token.device_id, "all", False)
    is_problem(world.charlie.get(place), 403, "not_a_member")
    is_problem(world.bob.get(f"conversations/{world.group}/messages/999/push"), 404, "not_found")


def test_a_token_wakes_one_device_alone_and_nobody_registers_anothers(world: World):
    wanted = {"provider": "console", "token": "abcdef0123456789"}
    for name in ("email", "webpush", "nothing"):
        is_problem(world.bob.ask("PUT", "devices/current/push/token", {**wanted, "provider": name}), 400, "invalid")
    world.bob.ask("PUT", "devices/current/push/token", wanted)
    assert world.charlie.ask("PUT", "devices/current/push/token", wanted).status_code == 204
    [row] = PushSubscription.objects.all()
    assert row.device_id == world.charlie.token.device_id, "the phone was given on: Bob's messages stay away from it"
    assert world.bob.ask("DELETE", "devices/current/push").status_code == 204
    assert PushSubscription.objects.count() == 1, "of others nothing goes"
    elsewhere = f"devices/{world.charlie.token.device_id}/push/token"
    assert world.bob.ask("PUT", elsewhere, wanted).status_code in {404, 405}
