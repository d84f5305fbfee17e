"""The schema is true: random requests made from it never break the server and never get an answer it does not name.

Valid and broken ones, as a signed-in person and as nobody, on a database that is thrown away afterwards.
"""

import json
import zlib
from collections.abc import Iterator
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.services import tokens
from openplatform.api.schema import get_document
from openplatform.tests.factories import World

#: What must hold for every answer. Left out: that valid data is accepted (an id of nobody is valid and refused).
HELD = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]

#: Requests per operation and test: the whole file stays under a minute.
EXAMPLES = 6


@pytest.fixture
def world(founded, db, settings) -> Iterator[World]:
    settings.OPENPLATFORM = {"api_rate": 10_000, "api_burst": 1_000_000, "anonymous_burst": 1_000_000}
    settings.ACCOUNTS = {"address_free_attempts": 1_000_000, "name_free_attempts": 1_000_000}
    # As Django's own test client does: the connection with the test's transaction outlives the request.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield founded.again()
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@cache
def load() -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())


def operations() -> list[tuple[str, str]]:
    paths = json.loads(get_document())["paths"]
    return [(path, method.upper()) for path, methods in paths.items() for method in methods]


@pytest.mark.slow
@pytest.mark.parametrize(("path", "method"), operations())
def test_random_requests(world: World, path: str, method: str):
    @given(case=load()[path][method].as_strategy())
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
    )
    def ask(case: Case) -> None:
        aim(case, world)
        raw, _ = tokens.issue(user=world.alice.user, device_name="fuzz")  # some of the requests revoke it
        case.call_and_validate(headers={"Authorization": f"Bearer {raw}"}, checks=HELD)

    ask()


@pytest.mark.parametrize(("path", "method"), operations())
def test_broken_requests(world: World, path: str, method: str):
    """What the schema forbids is refused with a status that the schema names."""

    @given(case=load()[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE))
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=[*HealthCheck]
    )
    def ask(case: Case) -> None:
        case.call_and_validate(headers=world.alice.headers, checks=HELD)

    ask()


def aim(case, world: World) -> None:
    """Three of four ids lead to something that exists: otherwise every answer would be 403."""
    real = {
        "conversation": world.group,
        "seq": world.message,
        "user": world.bob.user.pk,
        "file": world.image,
        "name": "theme",
        "avatar": world.picture,
    }
    for name, value in (case.path_parameters or {}).items():
        if name in real and zlib.crc32(str(value).encode()) % 4:
            case.path_parameters[name] = real[name]
