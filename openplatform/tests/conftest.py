"""The three named people, and nobody."""

from collections.abc import Iterator
from typing import Any

import pytest

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


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.fixture
def asking(db: None, settings: Any) -> Iterator[Asking]:
    settings.OPENPLATFORM = REACHABLE
    made = Asking()
    yield made
    made.close()


@pytest.fixture
def company(db: None) -> Company:
    return Company()
