"""Messages over HTTP: the same shapes, rights and keys as on the socket."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from django.db import connection

from chat.models import Entry
from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem
from protocol import replies
from protocol.events import MessageCreated


@pytest.fixture
def world(db: None) -> World:
    """Its own: rivals commit, so no transaction may lie around this module's tests."""
    return World()


KEY = "key-0001"


def address(world: World, rest: str = "messages") -> str:
    return f"conversations/{world.group}/{rest}"


def test_a_message_is_accepted_and_found_in_the_history(world: World):
    sent = world.bob.post(address(world), {"body": {"text": "hello"}})
    assert sent.status_code == 201
    accepted = msgspec.json.decode(sent.content, type=replies.Accepted)
    assert accepted.number == 6
    page = msgspec.json.decode(world.alice.get(address(world)).content, type=replies.TimelinePage)
    last = page.events[-1]
    assert isinstance(last, MessageCreated)
    assert (last.seq, last.body, last.sender) == (accepted.seq, {"text": "hello"}, world.bob.user.pk)
    assert page.head_seq == accepted.seq


@pytest.mark.parametrize("where", ["header", "body", "both"])
def test_the_same_key_again_is_the_same_message(world: World, where: str):
    body = {"body": {"text": "once"}} | ({"client_key": KEY} if where != "header" else {})
    key = KEY if where != "body" else ""
    first, again = (world.bob.post(address(world), body, key=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["duplicate"] is True
    assert first.json()["seq"] == again.json()["seq"]
    assert first.json()["client_key"] == KEY


def test_the_key_for_another_text_is_409(world: World):
    world.bob.post(address(world), {"body": {"text": "one"}}, key=KEY)
    is_problem(world.bob.post(address(world), {"body": {"text": "two"}}, key=KEY), 409, "key_reused")


def test_two_keys_that_differ_are_refused(world: World):
    response = world.bob.post(address(world), {"body": {"text": "x"}, "client_key": "another-key"}, key=KEY)
    assert is_problem(response, 400, "invalid")["details"]["path"] == "client_key"


@pytest.mark.parametrize("key", ["short", "x" * 65, "with space", "тайный-ключ"])
def test_a_key_that_is_none_is_refused(world: World, key: str):
    response = world.bob.post(address(world), {"body": {"text": "x"}}, key=key)
    assert is_problem(response, 400, "invalid")["details"]["path"] == "Idempotency-Key"


def test_edit_recall_and_reactions_change_the_message(world: World):
    target = address(world, f"messages/{world.message}")
    assert world.alice.ask("PATCH", target, {"body": {"text": "new"}}).status_code == 200
    assert world.bob.ask("PUT", f"{target}/reactions/👍").status_code == 200
    shown = world.bob.get(address(world, f"messages?around={world.message}&limit=1")).json()["events"][0]
    assert shown["body"] == {"text": "new"}
    assert shown["reactions"] == {"👍": [world.bob.user.pk]}
    assert world.bob.ask("DELETE", f"{target}/reactions/👍").status_code == 200
    assert world.alice.ask("DELETE", target).status_code == 200
    shown = world.bob.get(address(world, f"messages?around={world.message}&limit=1")).json()["events"][0]
    assert shown["recalled_at"]
    assert shown["body"] == {}


def test_a_retried_edit_is_one_entry(world: World):
    target = address(world, f"messages/{world.message}")
    first, again = (world.alice.ask("PATCH", target, {"body": {"text": "new"}}, key=KEY) for _ in range(2))
    assert first.json()["seq"] == again.json()["seq"]
    assert again.json()["duplicate"] is True


def test_the_gap_comes_in_seq_order_without_holes(world: World):
    for number in range(5):
        world.say(f"message {number}")
    page = world.bob.get(address(world, "entries?after=2&limit=3")).json()
    assert [each["seq"] for each in page["events"]] == [3, 4, 5]
    assert page["more"] is True
    rest = world.bob.get(address(world, "entries?after=5&until=7")).json()
    assert [each["seq"] for each in rest["events"]] == [6, 7]


def test_history_can_be_paged_to_its_beginning(world: World):
    for number in range(7):
        world.say(f"message {number}")
    seen: list[int] = []
    before = 0
    while True:
        page = world.bob.get(address(world, f"messages?limit=3&before={before}")).json()
        seen = [each["seq"] for each in page["events"]] + seen
        before = seen[0]
        if not page.get("has_older"):
            break
    visible = Entry.objects.filter(conversation=world.group, visible=True).order_by("seq")
    assert seen == list(visible.values_list("seq", flat=True))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"body": {"text": ""}}, "body.text"),
        ({"body": {"text": "a\x00b"}}, None),
        ({"body": {"words": "x"}}, None),
        ({"body": {"text": "x"}, "kind": "nothing"}, "kind"),
        ({"body": "text"}, "body"),
        ({"body": {"text": "x"}, "reply_to": -1}, "reply_to"),
        ({"body": {"text": "x"}, "mentions": ["a"]}, "mentions[0]"),
    ],
)
def test_a_message_that_is_none_is_refused_with_the_place(world: World, body: dict, path: str | None):
    problem = is_problem(world.bob.post(address(world), body), 400, "invalid")
    assert path is None or problem["details"]["path"] == path


def test_a_text_that_is_too_long_says_so(world: World):
    response = world.bob.post(address(world), {"body": {"text": "x" * 10_001}})
    assert response.status_code in (400, 413)
    assert response.json()["code"] in ("invalid", "too_large")


@pytest.mark.parametrize("emoji", ["%00", "a%20b", "x" * 33])
def test_what_is_no_emoji_is_refused(world: World, emoji: str):
    response = world.bob.ask("PUT", address(world, f"messages/{world.message}/reactions/{emoji}"))
    assert is_problem(response, 400, "invalid")["details"]["path"] == "emoji"


def test_a_page_of_history_costs_the_same_however_long_it_is(world: World, django_assert_max_num_queries):
    world.bob.get(address(world))
    with django_assert_max_num_queries(QUERIES_OF_A_PAGE):
        world.bob.get(address(world))
    for number in range(60):
        world.say(f"message {number}")
    with django_assert_max_num_queries(QUERIES_OF_A_PAGE):
        world.bob.get(address(world))


#: Token and device, membership with conversation, entries; rendering may look up what notices refer to.
QUERIES_OF_A_PAGE = 4


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_key_send_one_message():
    world = World()

    def send(_: int):
        try:
            return world.bob.post(address(world), {"body": {"text": "once"}}, key=KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(16)))
    assert sorted(each.status_code for each in answers) == [200] * 15 + [201]
    assert len({each.json()["seq"] for each in answers}) == 1
    assert Entry.objects.filter(conversation=world.group, client_key=KEY).count() == 1
