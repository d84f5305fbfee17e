"""A crowd for a space, for trials and measurements: people who can never sign in, and their seats, by whole statements.

Nothing is told to anybody: no entries, no personal timelines (these come with the first thing that concerns one).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from accounts.models import User
from chat import timeline
from chat.models import Conversation, Membership

#: Rows in one transaction.
ROWS = 50_000
PREFIX = "trial"
#: User names are PREFIX and a number of eight digits, so that their order is that of the numbers.
FIRST = 10_000_000


def crowd(*, space: int, count: int) -> Iterator[int]:
    """Put ``count`` people of the crowd into the space, making those whom there are not; after each piece: how many so far."""
    for first in range(FIRST, FIRST + count, ROWS):
        last = min(first + ROWS, FIRST + count) - 1
        with transaction.atomic():
            _hire(first, last)
            _seat(space, first, last)
        yield last - FIRST + 1


def _hire(first: int, last: int) -> None:
    template = User(created_at=timezone.now())
    template.set_unusable_password()
    numbers = "WITH RECURSIVE n(i) AS (SELECT CAST(%s AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
    names = {"username": f"'{PREFIX}' || i", "name": "'Trial ' || i"}
    _insert(template, names, "FROM n WHERE true", [first, last], before=numbers)


def _seat(space: int, first: int, last: int) -> None:
    found = timeline.lock([space])[space]
    template = Membership(conversation=found, read_number=found.last_number)
    people = "FROM accounts_user u WHERE u.username BETWEEN %s AND %s"
    came = _insert(template, {"user_id": "u.id"}, people, [f"{PREFIX}{first}", f"{PREFIX}{last}"])
    Conversation.objects.filter(pk=space).update(member_count=models.F("member_count") + came)


def _insert(
    template: models.Model, computed: Mapping[str, str], source: str, parameters: list[Any], *, before: str = ""
) -> int:
    """Rows like ``template`` but for the ``computed`` columns, one for each row of ``source``, unless there; how many."""
    fields = [each for each in template._meta.concrete_fields if not each.primary_key]
    picks, given = [], []
    for each in fields:
        picks.append(computed.get(each.attname, "%s"))
        if each.attname not in computed:
            given.append(each.get_db_prep_save(getattr(template, each.attname), connection))
    names = ", ".join(str(each.column) for each in fields)
    table = template._meta.db_table
    at_front = parameters if before else []
    at_end = [] if before else parameters
    with connection.cursor() as cursor:
        cursor.execute(
            f"{before}INSERT INTO {table} ({names}) SELECT {', '.join(picks)} {source} ON CONFLICT DO NOTHING",
            [*at_front, *given, *at_end],
        )
        return int(cursor.rowcount)
