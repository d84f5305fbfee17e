"""A transaction that is tried again, and not for ever."""

from itertools import chain, repeat

import pytest
from django.db import IntegrityError, OperationalError, transaction

from chat.models import Conversation
from chat.timeline import retrying
from protocol.errors import Unavailable


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch):
    monkeypatch.setattr(retrying.time, "sleep", lambda pause: None)


class Flaky:
    """Work that writes a row and fails some times first."""

    def __init__(self, times: int, error: Exception) -> None:
        self.left, self.error, self.calls = times, error, 0

    def __call__(self) -> int:
        self.calls += 1
        Conversation.objects.create(kind="group", title=f"attempt {self.calls}")
        if self.left:
            self.left -= 1
            raise self.error
        return self.calls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError("deadlock detected"), IntegrityError("unique")])
def test_the_attempt_that_works_is_the_one_that_stays(error):
    work = Flaky(2, error)
    assert retrying.run(work) == 3
    assert list(Conversation.objects.values_list("title", flat=True)) == ["attempt 3"]


@pytest.mark.django_db(transaction=True)
def test_a_database_that_stays_busy_is_unavailable_and_nothing_is_stored():
    work = Flaky(99, OperationalError("database is locked"))
    with pytest.raises(Unavailable) as refused:
        retrying.run(work)
    assert refused.value.retryable
    assert refused.value.retry_after
    assert work.calls == len(retrying.PAUSES) + 1
    assert not Conversation.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_constraint_that_stays_broken_is_a_bug_and_says_so():
    with pytest.raises(IntegrityError):
        retrying.run(Flaky(99, IntegrityError("unique")))


@pytest.mark.django_db(transaction=True)
def test_inside_somebodys_transaction_only_the_outermost_tries_again():
    work = Flaky(1, OperationalError("deadlock detected"))
    with pytest.raises(OperationalError), transaction.atomic():
        retrying.run(work)
    assert work.calls == 1


@pytest.mark.django_db(transaction=True)
def test_after_some_seconds_it_gives_up(monkeypatch):
    times = chain([0.0], repeat(99.0))
    monkeypatch.setattr(retrying.time, "monotonic", lambda: next(times))
    work = Flaky(99, OperationalError("database is locked"))
    with pytest.raises(Unavailable):
        retrying.run(work)
    assert work.calls == 1
