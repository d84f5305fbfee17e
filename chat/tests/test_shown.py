"""The files of a conversation: newest first, by kind, without what was recalled or said before one joined."""

import io

import pytest

from chat import selectors
from chat.services import files, messages
from chat.tests import factories
from chat.tests.factories import key, send
from chat.tests.uploads import picture
from protocol.errors import BadRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return factories.scene()


def show(scene, kind: str) -> int:
    content = picture() if kind == "image" else b"text"
    file = files.store(actor=scene.alice, name="x.png" if kind == "image" else "x.txt", stream=io.BytesIO(content))
    sent = messages.send(
        actor=scene.alice, conversation=scene.id, client_key=key(), kind=kind, body={"file": str(file.pk)}
    )
    return sent.seq


def listed(scene, **more) -> list[int]:
    return [each.seq for each in selectors.list_files(scene.bob.user, scene.id, **more).messages]


def test_the_newest_comes_first_and_kinds_are_told_apart(scene):
    one, two = show(scene, "file"), show(scene, "image")
    send(scene.alice, scene.id, "only words")
    assert listed(scene) == [two, one]
    assert (listed(scene, kind="file"), listed(scene, kind="image")) == ([one], [two])


def test_what_was_recalled_or_came_before_is_not_listed(scene):
    one, two = show(scene, "file"), show(scene, "file")
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=two)
    assert listed(scene) == [one]
    seat = factories.seat(scene.id, scene.bob)
    seat.history_from = one + 1
    seat.save()
    assert listed(scene) == []


def test_pages_continue_at_a_constant_cost(scene, django_assert_num_queries):
    seqs = [show(scene, "file") for _ in range(5)]
    found, cursor = [], ""
    for _ in range(3):
        with django_assert_num_queries(2):
            page = selectors.list_files(scene.bob.user, scene.id, cursor=cursor, limit=2)
        found += [each.seq for each in page.messages]
        cursor = page.next
    assert (found, cursor) == (seqs[::-1], "")
    with pytest.raises(BadRequest):
        selectors.list_files(scene.bob.user, scene.id, cursor="x")
