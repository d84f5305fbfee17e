"""An act and its record are one: both committed or neither, gapless under concurrency."""

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from audit import chain, selectors
from audit.models import AuditRecord
from audit.services.recording import Change, Target, record

ALICE = SimpleNamespace(user=1, name="Alice", app=3, token=4, device=5, ip="192.0.2.1")
BOB = Target("user", 2, "Bob")


def _record(action: str = "user.changed") -> AuditRecord:
    with transaction.atomic():
        return record(ALICE, action, BOB, Change({"title": "a"}, {"title": "经理"}), reason="asked for")


def _wrong() -> list[chain.Finding]:
    head = selectors.get_head()
    return list(chain.check(selectors.iterate(until=head[0]), head=head))


@pytest.mark.django_db(transaction=True)
def test_a_record_says_who_did_what_through_what():
    row = AuditRecord.objects.get(seq=_record().seq)
    assert (row.actor, row.actor_name, row.app, row.token, row.device, row.ip) == (1, "Alice", 3, 4, 5, "192.0.2.1")
    assert (row.target_type, row.target, row.target_name) == ("user", "2", "Bob")
    assert (row.before, row.after, row.reason) == ({"title": "a"}, {"title": "经理"}, "asked for")
    assert not _wrong()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_recorded():
    with pytest.raises(RuntimeError):
        record(ALICE, "user.changed", BOB)
    assert not AuditRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_action_nobody_listed_is_refused():
    with pytest.raises(KeyError), transaction.atomic():
        record(ALICE, "user.teased", BOB)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_record_and_no_hole():
    _record()

    def fail() -> None:
        with transaction.atomic():
            record(ALICE, "user.changed", BOB)
            raise ValueError("the act failed")

    with pytest.raises(ValueError, match="the act failed"):
        fail()
    assert _record().seq == 2
    assert not _wrong()


@pytest.mark.django_db(transaction=True)
def test_a_record_is_neither_changed_nor_deleted():
    row = _record()
    row.reason = "another"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        row.delete()


@pytest.mark.django_db(transaction=True)
def test_what_somebody_changes_in_sql_is_named():
    for _ in range(5):
        _record()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditrecord SET actor_name = 'Mallory' WHERE seq = 3")
    assert [each.seq for each in _wrong()] == [3]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditrecord WHERE seq = 3")
    assert [(each.seq, each.what) for each in _wrong()] == [(3, "record 3 is missing")]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_make_one_chain():
    def act(_: int) -> None:
        try:
            _record()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(act, range(40)))
    assert selectors.get_head()[0] == 40
    assert not _wrong()
