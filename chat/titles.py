"""A title as it is ordered and looked up: in capitals, compared by code points, so that what begins alike lies together.

An expression, no row: the same on both databases, in an index and in a query. SQLite knows the capitals of A to Z only.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Upper
from django.db.models.sql.compiler import SQLCompiler


class TitleKey(Upper):
    """``UPPER(title)``, on PostgreSQL under the collation "C": a language's own would not keep prefixes together."""

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra_context: Any
    ) -> tuple[str, Any]:
        """With the collation."""
        sql, parameters = self.as_sql(compiler, connection, **extra_context)
        return f'{sql} COLLATE "C"', parameters
