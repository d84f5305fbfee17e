"""Statements over many rows at once, one round trip each, the same words on both databases.

PostgreSQL takes a list of tuples as arrays (``unnest``), SQLite as one JSON text (``json_each``) or by ``executemany``.
The ORM would split a list by its size, or spell a list of pairs as a chain of ORs that no index serves.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

#: Column name -> PostgreSQL type; the order of the values in a row.
Columns = Mapping[str, str]


def is_postgres() -> bool:
    """Whether this connection speaks to PostgreSQL."""
    return connection.vendor == "postgresql"


def values(columns: Columns, rows: Sequence[Sequence[Any]]) -> tuple[str, list[Any]]:
    """A FROM item ``v(<columns>)`` made of ``rows``, with its parameters. Join it by CROSS JOIN … WHERE.

    CROSS JOIN, because SQLite then reads ``v`` first and the big table by its index.
    """
    if is_postgres():
        arrays = ", ".join(f"%s::{kind}[]" for kind in columns.values())
        names = ", ".join(columns)
        return f"unnest({arrays}) AS v({names})", [list(each) for each in _across(rows, len(columns))]
    picks = ", ".join(f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
    return f"(SELECT {picks} FROM json_each(%s)) AS v", [json.dumps([list(row) for row in rows])]  # noqa: S608 - names from code


def read(sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """All rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


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
    """Set ``columns`` where ``keys``, each row being keys then values; ``only_growing`` names one that never shrinks."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if is_postgres():
            source, parameters = values({**keys, **columns}, rows)
            sets = ", ".join(f"{name} = v.{name}" for name in columns)
            where = " AND ".join(f"t.{name} = v.{name}" for name in keys)
            grows = f" AND t.{only_growing} < v.{only_growing}" if only_growing else ""
            cursor.execute(f"UPDATE {table} AS t SET {sets} FROM {source} WHERE {where}{grows}", parameters)  # noqa: S608 - names from code
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


def _adapt(value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, UUID):
        return value.hex
    return value


def _across(rows: Iterable[Sequence[Any]], width: int) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) or [()] * width
