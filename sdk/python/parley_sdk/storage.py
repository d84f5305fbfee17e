"""Where unsent writes outlive the process: memory (they do not), or one SQLite file."""

import sqlite3
from pathlib import Path


class MemoryStorage:
    """Forgets with the process."""

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, bytes]] = {}

    def load(self, table: str) -> dict[str, bytes]:
        """All records of a table."""
        return dict(self._tables.get(table, {}))

    def put(self, table: str, key: str, value: bytes) -> None:
        """Write one record."""
        self._tables.setdefault(table, {})[key] = value

    def delete(self, table: str, key: str) -> None:
        """Forget one record."""
        self._tables.get(table, {}).pop(key, None)


class SqliteStorage:
    """One file per account. Written in WAL mode: a record is durable when ``put`` returns, also if the process is killed.

    >>> storage = SqliteStorage("alice.sqlite3")  # doctest: +SKIP
    """

    def __init__(self, path: str | Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None, timeout=5)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS records"
            " (name TEXT, key TEXT, value BLOB, PRIMARY KEY (name, key)) WITHOUT ROWID"
        )

    def load(self, table: str) -> dict[str, bytes]:
        """All records of a table."""
        return dict(self._db.execute("SELECT key, value FROM records WHERE name = ?", (table,)))

    def put(self, table: str, key: str, value: bytes) -> None:
        """Write one record."""
        self._db.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", (table, key, value))

    def delete(self, table: str, key: str) -> None:
        """Forget one record."""
        self._db.execute("DELETE FROM records WHERE name = ? AND key = ?", (table, key))

    def close(self) -> None:
        """Close the file."""
        self._db.close()
