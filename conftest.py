"""What every test of every room may count on: a database that can be dropped again, and nothing left from the test before."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from pytest_django import DjangoDbBlocker

from tests import template


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """SQLite's file is a copy of the template already when the tests' database is "created"."""
    return not settings.DATABASE_URL


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """The test database begins as a copy of the template, by the name that this worker has for it."""
    chosen = settings.DATABASES["default"]["TEST"]
    chosen["MIGRATE"] = False
    if settings.DATABASE_URL:
        chosen["TEMPLATE"] = template.postgres(settings.DATABASE_URL)
    else:
        template.copy_sqlite(Path(chosen["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database. Connections that lanes and async code left open are ended before PostgreSQL drops it."""
    yield
    connections.close_all()
    connection = connections["default"]
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        connection.close()


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Rates and presence of one test do not reach the next."""
    yield
    if not settings.REDIS_URL:
        cache.clear()
        return
    # By prefix: clearing the cache would flush the whole Redis database, which other workers of this run share.
    with redis.Redis.from_url(settings.REDIS_URL) as server:
        for key in server.scan_iter(match=f"{settings.REDIS_PREFIX}:*", count=1000):
            server.delete(key)


@pytest.fixture(autouse=True)
def _stored_files_are_closed() -> Iterator[None]:
    """A stored file left open is told of its own test, not of the one in which the garbage collector finds it."""
    yield
    left = [each for each in _open_files() if each.startswith(f"{settings.MEDIA_ROOT}/")]
    assert not left, f"left open: {left}"


def _open_files() -> Iterator[str]:
    """What this process holds open, where the system tells."""
    folder = Path("/proc/self/fd")
    for name in os.listdir(folder) if folder.is_dir() else ():
        with contextlib.suppress(OSError):  # closed by another thread meanwhile
            yield os.readlink(folder / name)
