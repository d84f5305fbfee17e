"""The three named people, and nobody."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from openplatform.tests.asking import Asking
from openplatform.tests.factories import Caller, Company, World
from openplatform.tests.stage import REACHABLE


@pytest.fixture
def alice(db: None) -> Caller:
    return Caller("alice")


@pytest.fixture
def bob(db: None) -> Caller:
    return Caller("bob")


@pytest.fixture
def charlie(db: None) -> Caller:
    return Caller("charlie")


@pytest.fixture
def nobody(db: None) -> Caller:
    return Caller()


@pytest.fixture(scope="module")
def founded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One world for a module's tests, in a transaction around theirs: making one takes 90 ms, and a thousand tests ask it.

    Only for modules all of whose tests roll back: one that commits would wait for this transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture
def world(founded: World, db: None) -> World:
    return founded.again()


@pytest.fixture
def asking(db: None, settings: Any) -> Iterator[Asking]:
    settings.OPENPLATFORM = REACHABLE
    made = Asking()
    yield made
    made.close()


@pytest.fixture
def company(db: None) -> Company:
    return Company()
