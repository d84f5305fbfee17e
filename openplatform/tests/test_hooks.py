"""The doors of incoming webhooks: what each product's sender is answered, in every case."""

import json

import pytest
from django.test import Client

from chat.models import Entry
from chat.services import members
from openplatform.services import incoming
from openplatform.tests.factories import World


@pytest.fixture
def raw(world: World) -> str:
    return incoming.create(actor=world.owner, conversation=world.group, name="Builds")[0]


def post(address: str, body: object = None, *, kind: str = "application/json"):
    sent = body if isinstance(body, (bytes, str)) else json.dumps({"text": "hello"} if body is None else body)
    return Client(enforce_csrf_checks=True).post(address, sent, content_type=kind)


@pytest.mark.parametrize("slash", ["", "/"])
def test_each_products_address_answers_in_its_own_way(raw: str, slash: str):
    slack, mattermost = post(f"/services/T1/B1/{raw}{slash}"), post(f"/hooks/{raw}{slash}")
    assert [(each.status_code, each.content) for each in (slack, mattermost)] == [(200, b"ok")] * 2
    rocket = post(f"/hooks/B1/{raw}{slash}")
    assert (rocket.status_code, rocket.json()) == (200, {"success": True})


def test_the_addresses_that_are_shown_are_the_ones_that_work(world: World):
    made = world.alice.post(f"conversations/{world.group}/webhooks", {"name": "Builds"}).json()
    for name in ("url", "slack_url", "rocket_url"):
        assert post(made[name].removeprefix("http://testserver")).status_code == 200, name
    listed = world.alice.get(f"conversations/{world.group}/webhooks")
    assert made["url"].rsplit("/", 1)[1] not in listed.content.decode()
    assert listed.json()["webhooks"][0]["hint"] == made["webhook"]["hint"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "application/json"])
def test_a_form_with_a_payload_is_read_too(world: World, raw: str, kind: str):
    if kind == "application/json":
        done = post(f"/hooks/{raw}", {"text": "表单"})
    else:
        done = Client().post(f"/hooks/{raw}", {"payload": json.dumps({"text": "表单"})})
    assert done.status_code == 200
    said = Entry.objects.filter(conversation=world.group, kind="text").order_by("seq").last()
    assert said is not None
    assert said.body == {"text": "表单"}


def test_json_that_calls_itself_a_form_is_read(raw: str):
    assert post(f"/hooks/{raw}", '{"text":"x"}', kind="application/x-www-form-urlencoded").status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        (b"{", 400, b"invalid_payload"),
        (b"[]", 400, b"invalid_payload"),
        (b"\xff\xfe", 400, b"invalid_payload"),
        (b"[" * 100_000, 400, b"invalid_payload"),
        (b"", 400, b"invalid_payload"),
        ({"text": ""}, 400, b"no_text"),
        ({"blocks": "x"}, 400, b"invalid_blocks"),
        ({"text": "x" * 600_000}, 400, b"invalid_payload"),
        ({"text": "a\x00\ud800b"}, 200, b"ok"),
    ],
)
def test_slacks_words_for_what_cannot_be_read(world: World, raw: str, body: object, status: int, word: bytes):
    before = Entry.objects.count()
    answer = post(f"/services/T1/B1/{raw}", body)
    assert (answer.status_code, answer.content) == (status, word)
    assert answer["Content-Type"].startswith("text/plain")
    assert Entry.objects.count() == before + (status == 200)


def test_an_unknown_secret_is_no_service(raw: str):
    slack = post(f"/services/T1/B1/{raw[:-1]}!")
    assert (slack.status_code, slack.content) == (404, b"no_service")
    assert post("/hooks/nothing").json()["status_code"] == 404
    assert post("/hooks/B1/nothing").json() == {"success": False, "error": "no_service"}


def test_a_conversation_without_the_bot_is_not_found_and_a_closed_one_prohibits(world: World, raw: str):
    hook = incoming.find(raw)
    world.alice.ask("PATCH", f"conversations/{world.group}", {"post_policy": "nobody"})
    closed = post(f"/services/T1/B1/{raw}")
    assert (closed.status_code, closed.content) == (403, b"action_prohibited")
    members.remove_members(actor=world.owner, conversation=world.group, users=[hook.bot_id])
    gone = post(f"/services/T1/B1/{raw}")
    assert (gone.status_code, gone.content) == (404, b"channel_not_found")


def test_too_fast_is_429_with_a_whole_number_of_seconds(raw: str, settings):
    settings.OPENPLATFORM = {"hook_burst": 2, "hook_rate": 0.1}
    assert [post(f"/hooks/{raw}").status_code for _ in range(3)] == [200, 200, 429]
    slow = post(f"/services/T1/B1/{raw}")
    assert (slow.status_code, slow.content) == (429, b"rate_limited")
    assert 1 <= int(slow["Retry-After"]) <= 10


def test_guessing_is_slowed_down_and_who_knows_is_not(raw: str, settings):
    settings.OPENPLATFORM = {"anonymous_burst": 2, "anonymous_rate": 0.1}
    assert [post("/hooks/guess").status_code for _ in range(3)] == [404, 404, 429]
    assert post(f"/hooks/{raw}").status_code == 200


def test_only_post(raw: str):
    answer = Client().get(f"/hooks/{raw}")
    assert (answer.status_code, answer.json()["status_code"]) == (405, 405)
    assert Client().get(f"/services/T1/B1/{raw}")["Allow"] == "POST"
