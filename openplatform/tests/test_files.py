"""Files over HTTP: taken in by form or raw, given out to whom they were shown."""

import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from chat.models import File
from openplatform.tests.factories import PNG, World
from openplatform.tests.test_door import is_problem


@pytest.fixture
def world(db: None) -> World:
    """Its own: rivals commit, so no transaction may lie around this module's tests."""
    return World()


KEY = "key-0001"


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def send_form(world: World, name: str, data: bytes, key: str = "", field: str = "file"):
    headers = world.alice.headers | ({"Idempotency-Key": key} if key else {})
    form = {field: SimpleUploadedFile(name, data)}
    return world.alice.client.post("/api/v1/files", form, headers=headers)


@pytest.mark.parametrize("way", ["form", "raw"])
def test_a_file_goes_in_and_comes_out_the_same(world: World, way: str):
    data = bytes(range(256)) * 20
    made = send_form(world, "a.bin", data) if way == "form" else world.do("alice", "POST", "files?name=a.bin", data)
    assert made.status_code == 201
    row = made.json()
    assert (row["name"], row["size"], row["sha256"]) == ("a.bin", len(data), hashlib.sha256(data).hexdigest())
    got = world.alice.get(f"files/{row['id']}")
    assert content(got) == data
    assert got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Disposition"] == 'attachment; filename="a.bin"'


def test_a_picture_is_shown_and_has_a_thumbnail(world: World):
    row = send_form(world, "p.png", PNG).json()
    assert (row["width"], row["height"], row["thumbnail"]) == (640, 480, True)
    assert world.alice.get(f"files/{row['id']}")["Content-Type"] == "image/png"
    small = world.alice.get(f"files/{row['id']}/thumbnail")
    assert small["Content-Type"] == "image/webp"
    assert small["ETag"] != world.alice.get(f"files/{row['id']}")["ETag"]


def test_what_is_no_picture_has_no_thumbnail(world: World):
    is_problem(world.bob.get(f"files/{world.file}/thumbnail"), 404, "not_found")


def test_a_part_and_a_revalidation(world: World):
    whole = world.bob.get(f"files/{world.file}")
    part = world.bob.get(f"files/{world.file}", Range="bytes=5-9")
    assert (part.status_code, content(part)) == (206, content(whole)[5:10])
    assert world.bob.get(f"files/{world.file}", **{"If-None-Match": whole["ETag"]}).status_code == 304
    is_problem(world.bob.get(f"files/{world.file}", Range="bytes=99999-"), 416, "invalid")


def test_a_file_nobody_was_shown_is_its_uploaders_alone(world: World):
    hidden = world.upload("secret.txt", b"secret")
    for who, status in (("alice", 200), ("bob", 404), ("charlie", 404), ("nobody", 401)):
        assert world.do(who, "GET", f"files/{hidden}").status_code == status


def test_who_left_can_no_longer_read_the_groups_files(world: World):
    assert world.bob.get(f"files/{world.file}").status_code == 200
    world.bob.post(f"conversations/{world.group}/leave")
    held = {"If-None-Match": f'"{File.objects.get(pk=world.file).sha256}"'}
    is_problem(world.bob.get(f"files/{world.file}", **held), 404, "not_found")


@pytest.mark.parametrize("way", ["form", "raw"])
def test_an_upload_is_stored_once_under_a_key(world: World, way: str):
    before = File.objects.count()

    def send(data: bytes):
        if way == "form":
            return send_form(world, "a.txt", data, KEY)
        return world.alice.ask("POST", "files?name=a.txt", data, key=KEY)

    first, again = send(b"hello"), send(b"hello")
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert File.objects.count() == before + 1
    is_problem(send(b"other"), 409, "key_reused")
    assert File.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_key_get_one_answer():
    world = World()

    def send(_: int):
        try:
            return world.alice.ask("POST", "files?name=a.txt", b"hello", key=KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(12)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1


def test_a_form_without_its_part_is_refused(world: World):
    assert is_problem(send_form(world, "a.txt", b"x", field="other"), 400, "invalid")["details"]["path"] == "file"
    is_problem(world.alice.ask("POST", "files", b""), 400, "invalid")


def test_a_file_that_is_too_large_is_refused_by_its_length(world: World, settings):
    settings.CHAT_FILE_MAX_BYTES = 10
    is_problem(world.do("alice", "POST", "files?name=a.txt", b"x" * 11), 413, "too_large")
    is_problem(send_form(world, "a.txt", b"x" * 11), 413, "too_large")


def test_a_form_that_is_cut_is_a_problem(world: World):
    response = world.alice.client.generic(
        "POST", "/api/v1/files", b"--x\r\n", content_type="multipart/form-data", headers=world.alice.headers
    )
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
