"""Uploads in pieces over HTTP, and the files of a conversation."""

import pytest

from openplatform.tests.factories import Piece, World
from openplatform.tests.test_door import is_problem


def test_an_upload_goes_on_where_it_stopped_and_is_sent(world: World):
    begun = world.bob.post("uploads", {"name": "计划.txt", "size": 11, "media_type": "text/html"}, key="key-00001")
    assert begun.status_code == 201
    row = begun.json()
    assert (row["offset"], row["chunk"], row["file"]) == (0, 4 * 1024 * 1024, "")
    address = f"uploads/{row['upload']}"
    assert world.bob.ask("PATCH", address, Piece(0, b"hello ")).json() == {"offset": 6}
    again = world.bob.ask("PATCH", address, Piece(0, b"hello "))
    is_problem(again, 409, "conflict")
    assert again.json()["details"]["offset"] == 6
    assert world.bob.get(address).json()["offset"] == 6
    is_problem(world.bob.post(f"{address}/complete"), 409, "conflict")
    world.bob.ask("PATCH", address, Piece(6, b"world"))
    file = world.bob.post(f"{address}/complete").json()
    assert (file["name"], file["media_type"], file["size"]) == ("计划.txt", "text/plain", 11)
    assert world.bob.post(f"{address}/complete").json() == file
    sent = world.bob.post(f"conversations/{world.group}/messages", {"kind": "file", "body": {"file": file["id"]}})
    assert sent.status_code == 201
    shown = world.alice.get(f"conversations/{world.group}/files?limit=1").json()
    assert shown["messages"][0]["body"]["name"] == "计划.txt"
    rest = world.alice.get(f"conversations/{world.group}/files?cursor={shown['next']}").json()
    assert [each["kind"] for each in rest["messages"]] == ["image", "file"]


def test_the_same_announcement_under_one_key_is_one_upload(world: World):
    first, again = (world.bob.post("uploads", {"name": "a.txt", "size": 5}, key="key-00001").json() for _ in range(2))
    assert first == again


@pytest.mark.parametrize("offset", ["", "x", "-1", "1" * 17])
def test_a_piece_says_where_it_begins(world: World, offset: str):
    address = f"uploads/{world.begin_upload(10, b'hello')}"
    is_problem(world.alice.ask("PATCH", address, b"world", **{"Upload-Offset": offset}), 400, "invalid")


def test_sizes_are_checked(world: World, settings):
    is_problem(world.bob.post("uploads", {"name": "a.txt", "size": 0}), 400, "invalid")
    is_problem(world.bob.post("uploads", {"name": "a.txt", "size": 10**12}), 413, "too_large")
    address = f"uploads/{world.begin_upload(10, b'hello')}"
    settings.CHAT_UPLOAD_CHUNK = 3
    is_problem(world.alice.ask("PATCH", address, Piece(5, b"four")), 413, "too_large")
    settings.CHAT_UPLOAD_CHUNK = 100
    is_problem(world.alice.ask("PATCH", address, Piece(5, b"too many bytes")), 400, "invalid")
    assert world.alice.get(address).json()["offset"] == 5


def test_what_was_given_up_is_gone(world: World):
    address = f"uploads/{world.begin_upload(10, b'hello')}"
    assert world.alice.ask("DELETE", address).status_code == 204
    is_problem(world.alice.get(address), 404, "not_found")
