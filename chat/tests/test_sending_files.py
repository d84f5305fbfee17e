"""Messages that show files: who may send which, what the rows say in place of the sender, and what a recall takes back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import timeline
from chat.models import Entry, FileUse
from chat.services import messages
from chat.tests import factories
from chat.tests.factories import key, send
from chat.tests.uploads import upload
from protocol.errors import BadRequest, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return factories.scene()


def show(actor, conversation: int, file, **fields):
    return messages.send(
        actor=actor, conversation=conversation, client_key=key(), kind="file", body={"file": str(file.pk)} | fields
    )


def test_a_message_with_a_file_gives_its_readers_the_right(scene):
    file = upload(scene.alice, b"hello", "notes.txt")
    said = show(scene.alice, scene.id, file, name="lie.exe", size=1, caption="look")
    row = Entry.objects.get(conversation_id=scene.id, seq=said.seq)
    assert (row.body["name"], row.body["size"], row.body["caption"]) == ("notes.txt", 5, "look")
    assert FileUse.objects.filter(file=file, conversation_id=scene.id, seq=said.seq).exists()


def test_a_retry_of_a_file_message_is_a_duplicate(scene):
    file = upload(scene.alice, b"hello")
    body = {"file": str(file.pk)}
    send_it = {"actor": scene.alice, "conversation": scene.id, "client_key": key(), "kind": "file", "body": body}
    first = messages.send(**send_it)
    assert messages.send(**send_it).seq == first.seq
    assert FileUse.objects.count() == 1


def test_only_who_may_read_a_file_may_send_it(scene):
    file = upload(scene.alice, b"hello")
    with pytest.raises(NotFound) as refused:
        show(scene.bob, scene.id, file)
    assert refused.value.details["path"] == "body.file"
    show(scene.alice, scene.id, file)
    show(scene.bob, scene.id, file)
    mine = factories.conversations.create_group(actor=scene.charlie, title="Charlie's", members=[])
    with pytest.raises(NotFound):
        show(scene.charlie, mine.pk, file)


def test_a_file_from_before_joining_stays_closed_where_the_group_says_so(scene):
    closed = factories.conversations.create_group(
        actor=scene.alice, title="Closed", members=[scene.bob.user], history_for_newcomers=False
    )
    file = upload(scene.alice, b"hello")
    show(scene.alice, closed.pk, file)
    factories.conversations.add_members(actor=scene.alice, conversation=closed.pk, users=[scene.charlie.user])
    with pytest.raises(NotFound):
        show(scene.charlie, closed.pk, file)


def test_a_recall_takes_the_right_back_and_leaves_others(scene):
    file = upload(scene.alice, b"hello")
    one, two = show(scene.alice, scene.id, file), show(scene.alice, scene.id, file)
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=one.seq)
    assert list(FileUse.objects.values_list("seq", flat=True)) == [two.seq]
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=two.seq)
    with pytest.raises(NotFound):
        show(scene.bob, scene.id, file)


def test_an_edit_changes_the_caption_and_not_the_file(scene):
    file, other = upload(scene.alice, b"hello", "notes.txt"), upload(scene.alice, b"other")
    said = show(scene.alice, scene.id, file)
    where = {"actor": scene.alice, "conversation": scene.id, "target": said.seq}
    messages.edit(**where, client_key=key(), body={"file": str(file.pk), "caption": "new", "name": "lie.exe"})
    row = Entry.objects.get(conversation_id=scene.id, seq=said.seq)
    assert (row.body["caption"], row.body["name"], row.body["size"]) == ("new", "notes.txt", 5)
    with pytest.raises(BadRequest):
        messages.edit(**where, client_key=key(), body={"file": str(other.pk)})


def test_queries_do_not_grow_with_the_files(scene):
    def cost(number: int) -> int:
        drafts = [
            messages.draft_send(
                actor=scene.bob, conversation=scene.id, client_key=key(), kind="file", body={"file": str(file.pk)}
            )
            for file in shown[:number]
        ]
        with CaptureQueriesContext(connection) as queries:
            assert not [each for each in timeline.append(drafts) if each.error]
        return len(queries)

    shown = [upload(scene.alice, b"hello") for _ in range(8)]
    for file in shown:
        show(scene.alice, scene.id, file)
    send(scene.alice, scene.id)
    assert cost(1) == cost(8)
