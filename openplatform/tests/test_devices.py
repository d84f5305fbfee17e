"""Where somebody is signed in."""

from accounts.services import devices
from openplatform.tests.factories import Caller
from openplatform.tests.test_door import is_problem


def test_the_list_shows_ones_own_devices_and_which_is_in_use(alice: Caller, bob: Caller):
    other = devices.register(user=alice.user, platform="browser", name="Firefox", ip="192.0.2.1")
    rows = {each["id"]: each for each in alice.get("devices").json()["devices"]}
    assert set(rows) == {alice.token.device_id, other.pk}
    assert rows[alice.token.device_id]["current"] is True
    assert "current" not in rows[other.pk]
    assert rows[other.pk]["last_ip"] == "192.0.2.1"
    assert rows[other.pk]["created_at"] > 1_600_000_000_000


def test_a_strangers_device_is_like_none(alice: Caller, bob: Caller):
    is_problem(bob.ask("DELETE", f"devices/{alice.token.device_id}"), 404, "not_found")
    is_problem(bob.ask("DELETE", "devices/987654"), 404, "not_found")
    assert alice.get("me").status_code == 200


def test_signing_out_twice_is_no_error(alice: Caller):
    other = devices.register(user=alice.user, platform="browser", name="Firefox")
    for _ in range(2):
        assert alice.ask("DELETE", f"devices/{other.pk}").status_code == 204
    assert other.pk not in [each["id"] for each in alice.get("devices").json()["devices"]]
