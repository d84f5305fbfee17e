"""Claims: each delivery is worked on by one batch, and only that batch may write what became of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from chat.services import listening
from chat.tests import factories
from chat.tests.factories import send
from push.models import PushDelivery
from push.services import claims
from push.tests.factories import due, woken

State = PushDelivery.State


def owed(scene, count):
    for each in range(count):
        woken(scene.bob, f"https://push.example/{each}")
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    return due()


@pytest.mark.django_db
def test_a_batch_is_taken_and_written_in_one_statement_each(scene, django_assert_num_queries):
    ids = owed(scene, 3)
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        rows = claims.take(ids)
    assert claims.take(ids) == [], "claimed"
    assert {row.attempts for row in rows} == {1}
    mine, at = rows[0].claim, timezone.now()
    sent, later, lost = rows
    sent.state, sent.answer, sent.done_at = State.SENT, "201 “one” %s", at
    later.next_at, later.handed_at = at + timedelta(minutes=5), None
    PushDelivery.objects.filter(pk=lost.pk).update(claim="another")
    lost.state = State.DEAD
    with django_assert_num_queries(1):
        claims.keep(rows, mine)
    kept = {row.pk: row for row in PushDelivery.objects.all()}
    told = [(kept[each.pk].state, kept[each.pk].answer, kept[each.pk].claim) for each in rows]
    assert told == [("sent", "201 “one” %s", ""), ("waiting", "", ""), ("waiting", "", "another")]
    assert (kept[sent.pk].done_at, kept[later.pk].next_at) == (at, later.next_at)
    assert (kept[later.pk].handed_at, kept[later.pk].done_at) == (None, None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_what_another_worker_is_taking_is_passed_over():
    ids = owed(factories.scene(), 2)
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE push_pushdelivery SET claim = 'theirs' WHERE id = %s", [ids[0]])
        assert [row.pk for row in claims.take(ids)] == [ids[1]]
    finally:
        other.rollback()
        other.close()
