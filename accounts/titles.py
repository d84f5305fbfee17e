"""A name as it is ordered and looked up: in capitals, compared by code points, so that what begins alike lies together.

An expression, no row: the same on both databases, in an index and in a query. SQLite knows the capitals of A to Z only.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Upper
from django.db.models.sql.compiler import SQLCompiler

#: Above every character that a name may hold.
_LAST = "\U0010ffff"


class Key(Upper):
    """``UPPER(name)``, on PostgreSQL under the collation "C": a language's own would not keep prefixes together."""

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, Any]:
        """With the collation."""
        sql, parameters = self.as_sql(compiler, connection, **extra_context)
        return f'{sql} COLLATE "C"', parameters


def beginning(rows: QuerySet[Any], field: str, begin: str, *, key: type[Key] = Key) -> QuerySet[Any]:
    """The rows whose ``field`` begins with this, in any case, in order: a stretch of an index over ``Key(field)``."""
    keyed = rows.alias(key=key(F(field)))
    found: QuerySet[Any] = keyed.filter(key__gte=key(Value(begin)), key__lt=key(Value(begin + _LAST))).order_by("key")
    return found
