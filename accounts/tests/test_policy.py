import pytest

from accounts.actor import SYSTEM, Actor
from accounts.policy import may_administer, may_sign_out

ALICE, STAFF = Actor(user=1), Actor(user=9, staff=True)
STAFF_APP = Actor(user=9, staff=True, app=3)
NARROW = Actor(user=1, scopes=frozenset({"messages"}))


@pytest.mark.parametrize(
    ("actor", "administers", "signs_out_alice"),
    [(SYSTEM, True, True), (STAFF, True, True), (STAFF_APP, False, False), (ALICE, False, True),
     (NARROW, False, False), (Actor(user=2), False, False)],
)  # fmt: skip
def test_who_may_administer_and_sign_out(actor, administers, signs_out_alice):
    assert may_administer(actor) is administers
    assert may_sign_out(actor, owner=1) is signs_out_alice
