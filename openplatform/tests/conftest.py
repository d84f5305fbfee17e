"""The three named people, and nobody."""

import pytest

from openplatform.tests.factories import Caller, Company, World


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
def company(db: None) -> Company:
    return Company()
