"""Who is online, over HTTP."""

from chat import presence
from openplatform.tests.factories import Caller
from openplatform.tests.test_door import is_problem


def test_who_is_left_out_is_offline(alice: Caller, bob: Caller):
    presence.record({bob.user.pk: presence.ONLINE}, gateway="g1")
    answer = alice.get(f"presence?users={alice.user.pk},{bob.user.pk}").json()
    assert answer["statuses"] == {str(bob.user.pk): "online"}
    assert alice.get(f"presence?users={alice.user.pk}&users={bob.user.pk}").json() == answer


def test_users_must_be_named_and_not_too_many(alice: Caller):
    is_problem(alice.get("presence"), 400, "invalid")
    is_problem(alice.get("presence?users="), 400, "invalid")
    is_problem(alice.get("presence?users=" + ",".join(map(str, range(201)))), 400, "invalid")
