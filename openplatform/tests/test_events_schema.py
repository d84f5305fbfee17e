"""The AsyncAPI document is valid by the specification's own schema, and what it says of events is true."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from openplatform.api.events_schema import get_document
from openplatform.dialects.envelope import TYPES
from openplatform.tests.factories import Caller

HERE = Path(__file__).resolve().parent
SAMPLES = [
    each
    for each in json.loads((HERE.parent.parent / "tests/vectors/events.json").read_text(encoding="utf-8"))
    if each["type"] in TYPES
]


@pytest.fixture(scope="module")
def document() -> dict:
    return json.loads(json.dumps(get_document()))


def test_it_is_a_valid_asyncapi_3_document(document: dict):
    # As published by the AsyncAPI Initiative (@asyncapi/specs 6.11.1, Apache-2.0).
    schema = json.loads((HERE / "asyncapi-3.0.0.schema.json").read_text(encoding="utf-8"))
    assert [each.message[:200] for each in Draft7Validator(schema).iter_errors(document)] == []
    broken = {**document, "operations": {"posted": {"action": "shout"}}}
    assert list(Draft7Validator(schema).iter_errors(broken)), "the validator sees what is wrong"


def test_every_reference_leads_somewhere(document: dict):
    def walk(value):
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                yield value["$ref"]
            for each in value.values():
                yield from walk(each)
        elif isinstance(value, list):
            for each in value:
                yield from walk(each)

    for reference in walk(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def test_it_names_every_event_that_apps_may_subscribe_to(document: dict):
    assert set(document["components"]["messages"]) == {*TYPES, "events"}
    assert {each["type"] for each in SAMPLES} == set(TYPES)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda each: f"{each['type']}-{each['sample']}")
def test_an_event_is_as_it_says(document: dict, sample: dict):
    payload = document["components"]["messages"][sample["type"]]["payload"]
    validator = Draft202012Validator({**payload, "components": document["components"]})
    told = {
        "id": "evt_3_17",
        "number": 17,
        "subscription": 3,
        "type": sample["type"],
        "event": json.loads(sample["json"]),
    }
    assert [each.message for each in validator.iter_errors(told)] == []
    assert list(validator.iter_errors({**told, "event": {**told["event"], "seq": "x"}}))


def test_it_is_served_to_anybody(nobody: Caller, document: dict):
    for address in ("asyncapi", "asyncapi/"):
        answer = nobody.get(address)
        assert (answer.status_code, answer.json()) == (200, document)
