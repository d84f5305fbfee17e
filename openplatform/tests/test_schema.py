"""The OpenAPI schema is valid, complete and true, and its page needs nobody else's server."""

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from openapi_spec_validator import OpenAPIV31SpecValidator

from openplatform.api.urls import RESOURCES
from openplatform.tests.factories import Caller


@pytest.fixture
def schema(nobody: Caller) -> dict:
    return nobody.get("schema/").json()


def test_the_schema_is_a_valid_openapi_3_1_document(schema: dict):
    assert schema["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(schema).validate()


def test_it_is_generated_without_a_warning(tmp_path):
    call_command("spectacular", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


def test_every_resource_is_in_it_and_nothing_else(schema: dict):
    known = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", address) for address in RESOURCES}
    assert set(schema["paths"]) == known


def test_every_operation_says_how_it_fails_and_how_fast_it_may_go(schema: dict):
    for address, methods in schema["paths"].items():
        for method, operation in methods.items():
            responses = operation["responses"]
            where = f"{method} {address}"
            assert {"429", "500", "503"} <= set(responses), where
            assert operation.get("security") == [{}] or "401" in responses, where
            assert operation["summary"], where
            for status, response in responses.items():
                assert "RateLimit-Remaining" in response["headers"], where
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], where


def test_what_a_request_may_not_hold_is_said(schema: dict):
    body = schema["components"]["schemas"]["SendBody"]
    assert body["additionalProperties"] is False
    assert body["required"] == ["body"]


def test_operation_ids_are_unique(schema: dict):
    ids = [operation["operationId"] for methods in schema["paths"].values() for operation in methods.values()]
    assert len(ids) == len(set(ids))


def test_the_page_loads_only_our_files_and_runs_no_inline_script(nobody: Caller):
    response = nobody.get("docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.findall(r"<script(?![^>]*\bsrc=)", page)
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(each.startswith("/") for each in loaded)
    for each in loaded:
        assert each.startswith("/api/v1/docs/") or finders.find(each.removeprefix("/static/")), each
    policy = response["Content-Security-Policy"]
    assert "script-src" not in policy or "unsafe" not in policy.split("script-src")[1].split(";")[0]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert nobody.get("docs/?script=").headers["Content-Type"].startswith("application/javascript")
