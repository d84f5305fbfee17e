"""Statements over many rows at once, one round trip each, the same words on both databases.

The rows travel as one JSON text (``json_to_recordset``, ``json_each``): quoting arrays column by column took the client
three times as long. The ORM would split a list by its size, or spell pairs as a chain of ORs that no index serves.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

#: Column name -> PostgreSQL type; the order of the values in a row.
Columns = Mapping[str, str]
Rows = list[tuple[Any, ...]]


def is_postgres() -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return connection.vendor == "postgresql"


@contextmanager
def together() -> Iterator[None]:
    """Statements inside are sent without waiting for each other; the first that fails is raised at the end at latest.

    Each still sees what those before it did. PostgreSQL only: a round trip costs a waiting thread a millisecond under
    load, more than most of the statements.
    """
    if not is_postgres():
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def values(columns: Columns, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """A FROM item ``v(<columns>)`` made of ``rows``, with its parameters; see ``each`` for joining it."""
    if is_postgres():
        shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        packed = [dict(zip(columns, map(_plain, row), strict=True)) for row in rows]
        return f"json_to_recordset(%s::json) AS v({shape})", [msgspec.json.encode(packed).decode()]
    picks = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
    return f"(SELECT {picks} FROM json_each(%s)) AS v", [msgspec.json.encode([list(row) for row in rows]).decode()]  # noqa: S608 - names from code


def each(table: str, where: str, *, what: str = "*", limit: int = 0, locked: bool = False) -> str:
    """A join ``t`` that looks up the rows of ``table`` for each ``v`` by their index; ``limit`` of them (0: all).

    PostgreSQL guesses 100 rows for any ``v`` and would rather read a table of 10,000 whole. LIMIT or OFFSET inside a
    LATERAL keeps it from turning the lookup into such a join. SQLite follows the order of a CROSS JOIN by itself.
    """
    if is_postgres():
        bound = f"LIMIT {int(limit)}" if limit else "OFFSET 0"
        lock = " FOR NO KEY UPDATE" if locked else ""
        return f"CROSS JOIN LATERAL (SELECT {what} FROM {table} t WHERE {where} {bound}{lock}) AS t"  # noqa: S608 - names from code
    return f"CROSS JOIN {table} AS t ON {where}"


def ask(sql: str, parameters: Sequence[Any]) -> Callable[[], Rows]:
    """Send one statement; calling what is returned waits for its rows."""
    cursor = connection.cursor()
    cursor.execute(sql, parameters)

    def rows() -> Rows:
        with cursor:
            return list(cursor.fetchall())

    return rows


def read(sql: str, parameters: Sequence[Any]) -> Rows:
    """All rows of one statement."""
    return ask(sql, parameters)()


def write(sql: str, parameters: Sequence[Any]) -> int:
    """One statement that writes; the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def insert(table: str, columns: Columns, rows: Sequence[Sequence[Any]], *, unless_there: bool = False) -> None:
    """Insert ``rows`` in one statement; nothing for no rows. ``unless_there``: skip those that a constraint has."""
    if not rows:
        return
    names = ", ".join(columns)
    tail = " ON CONFLICT DO NOTHING" if unless_there else ""
    with connection.cursor() as cursor:
        if is_postgres():
            source, parameters = values(columns, rows)
            cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {source}{tail}", parameters)  # noqa: S608 - names from code
        else:
            marks = ", ".join(["%s"] * len(columns))
            adapted = [[_adapt(value) for value in row] for row in rows]
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}){tail}", adapted)  # noqa: S608 - names from code


def update(
    table: str, keys: Columns, columns: Columns, rows: Sequence[Sequence[Any]], *, only_growing: str = ""
) -> None:
    """Set ``columns`` where ``keys``, each row being keys then values; ``only_growing`` names one that never shrinks.

    The caller holds the rows' locks: a row that moved since this statement began would be passed over.
    """
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgres():
            source, parameters = values({**keys, **columns}, rows)
            sets = ", ".join(f"{name} = v.{name}" for name in columns)
            same = " AND ".join(f"t.{name} = v.{name}" for name in keys)
            grows = f" AND t.{only_growing} < v.{only_growing}" if only_growing else ""
            places = f"SELECT t.place FROM v {each(table, same, what='ctid AS place', limit=1)}"  # noqa: S608 - names from code
            cursor.execute(
                f"WITH v AS MATERIALIZED (SELECT * FROM {source}) UPDATE {table} AS t SET {sets} FROM v"  # noqa: S608 - names from code
                f" WHERE t.ctid = ANY(ARRAY({places})) AND {same}{grows}",
                parameters,
            )
            return
        sets = ", ".join(f"{name} = %s" for name in columns)
        where = " AND ".join(f"{name} = %s" for name in keys)
        adapted = [[_adapt(value) for value in (*row[len(keys) :], *row[: len(keys)])] for row in rows]
        if only_growing:
            where += f" AND {only_growing} < %s"
            place = len(keys) + list(columns).index(only_growing)
            adapted = [[*each, row[place]] for each, row in zip(adapted, rows, strict=True)]
        cursor.executemany(f"UPDATE {table} SET {sets} WHERE {where}", adapted)  # noqa: S608 - names from code


def aware(moment: datetime) -> datetime:
    """A time read by a raw statement, as Django gives it (SQLite has no time zones)."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    """A value as PostgreSQL reads it out of JSON; times and UUIDs are msgspec's to spell."""
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def _adapt(value: Any) -> Any:
    """A value as SQLite stores it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, (dict, list)):
        return msgspec.json.encode(value).decode()
    return value
