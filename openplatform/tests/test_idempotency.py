"""The same key again is the same request."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actor import Actor
from accounts.models import Department
from accounts.tests.factories import actor_of, person
from openplatform.services import idempotency
from protocol import errors

KEY = "key-of-alice"


@pytest.fixture
def alice(db: None) -> Actor:
    return actor_of(person("alice"))


def build() -> tuple[int, bytes]:
    """Work that can be counted."""
    made = Department.objects.create(name="Marketing")
    return 201, str(made.pk).encode()


def test_a_retry_gets_the_first_answer_and_does_nothing(alice: Actor):
    first = idempotency.run(actor=alice, key=KEY, digest=b"a", work=build)
    again = idempotency.run(actor=alice, key=KEY, digest=b"a", work=build)
    assert (first.status, first.replayed) == (201, False)
    assert (again.status, again.body, again.replayed) == (201, first.body, True)
    assert Department.objects.count() == 1


def test_a_key_belongs_to_its_person_and_app(alice: Actor):
    bob = actor_of(person("bob"))
    app = Actor(user=alice.user, app=7)
    for actor in (alice, bob, app):
        assert not idempotency.run(actor=actor, key=KEY, digest=b"a", work=build).replayed
    assert Department.objects.count() == 3


def test_the_key_for_something_else_is_refused(alice: Actor):
    idempotency.run(actor=alice, key=KEY, digest=b"a", work=build)
    with pytest.raises(errors.Conflict) as refused:
        idempotency.run(actor=alice, key=KEY, digest=b"b", work=build)
    assert refused.value.code == "key_reused"
    assert Department.objects.count() == 1


def test_a_failure_leaves_neither_work_nor_key(alice: Actor):
    def fail() -> tuple[int, bytes]:
        build()
        raise errors.Conflict("No.")

    with pytest.raises(errors.Conflict):
        idempotency.run(actor=alice, key=KEY, digest=b"a", work=fail)
    assert Department.objects.count() == 0
    assert not idempotency.run(actor=alice, key=KEY, digest=b"a", work=build).replayed


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_key_do_the_work_once():
    alice = actor_of(person("alice"))

    def try_it(_) -> idempotency.Answer | None:
        try:
            return idempotency.run(actor=alice, key=KEY, digest=b"a", work=build)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(try_it, range(16)))
    assert Department.objects.count() == 1
    assert {each.body for each in answers} == {answers[0].body}
    assert sum(not each.replayed for each in answers) == 1
