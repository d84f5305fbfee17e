"""Forwarding: copies by the server, all or none, the same key once, and only of what the actor may see."""

from io import BytesIO

import pytest

from chat import attachments, selectors
from chat.models import Conversation, Entry, FileUse
from chat.rendering import message_of
from chat.services import conversations, files, forwarding, listening, messages
from chat.services.forwarding import Wanted
from chat.tests import factories
from chat.tests.factories import key, send
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db
RECORDING = b"OggS" + bytes(60)


@pytest.fixture
def scene():
    return factories.scene()


@pytest.fixture
def elsewhere(scene):
    return conversations.open_direct(actor=scene.bob, user=scene.charlie.user).pk


def forward(actor, conversation, source, seqs, client_key="", **more):
    wanted = Wanted(source, tuple(seqs), **more)
    return forwarding.forward(actor=actor, conversation=conversation, client_key=client_key or key(), wanted=wanted)


def shown(outcome):
    return message_of(Entry.objects.get(conversation_id=outcome.conversation, seq=outcome.seq))


def test_single_messages_are_copied_and_say_who_said_them_first(scene, elsewhere):
    one, two = (send(scene.alice, scene.id, text) for text in ("one", "two"))
    first, second, comment = forward(scene.bob, elsewhere, scene.id, [two.seq, one.seq], comment="look")
    assert [shown(each).body["text"] for each in (first, second, comment)] == ["one", "two", "look"]
    assert [shown(each).forwarded_from for each in (first, second, comment)] == [scene.alice.user, scene.alice.user, 0]
    assert shown(first).sender == scene.bob.user
    [again] = forward(scene.charlie, elsewhere, elsewhere, [first.seq])
    assert shown(again).forwarded_from == scene.alice.user


def test_merged_messages_are_one(scene, elsewhere):
    said = [send(scene.alice, scene.id, "one"), send(scene.bob, scene.id, "two")]
    [merged] = forward(scene.bob, elsewhere, scene.id, [each.seq for each in said], merged=True)
    body = shown(merged).body
    assert (shown(merged).kind, body["title"], merged.number) == ("forward", "Team", 1)
    assert [(each["sender"], each["name"], each["at"], each["body"]) for each in body["items"]] == [
        (scene.alice.user, "Alice", said[0].at, {"text": "one"}),
        (scene.bob.user, "Bob", said[1].at, {"text": "two"}),
    ]
    listening.pump(elsewhere)
    [inbox] = [each for each in selectors.list_inbox(scene.charlie.user, {}).states if each.conversation == elsewhere]
    assert inbox.last == shown(merged)


def test_files_go_with_them_and_leave_with_the_recall(scene, elsewhere):
    file = files.store(actor=scene.alice, name="a.ogg", stream=BytesIO(RECORDING))
    body = {"file": str(file.pk), "duration_ms": 1000}
    said = messages.send(actor=scene.alice, conversation=scene.id, client_key=key(), kind="voice", body=body)
    with pytest.raises(NotFound):
        attachments.get_file(scene.charlie.user, file.pk)
    for merged in (False, True):
        [copied] = forward(scene.bob, elsewhere, scene.id, [said.seq], merged=merged)
        assert attachments.get_file(scene.charlie.user, file.pk).pk == file.pk
        messages.recall(actor=scene.bob, conversation=elsewhere, client_key=key(), target=copied.seq)
        with pytest.raises(NotFound):
            attachments.get_file(scene.charlie.user, file.pk)
    assert FileUse.objects.count() == 1


@pytest.mark.parametrize("merged", [False, True])
def test_the_same_key_again_is_the_same_forward(scene, elsewhere, merged):
    said = send(scene.alice, scene.id, "one")
    ask = {"client_key": "forward-once", "merged": merged, "comment": "look"}
    first = forward(scene.bob, elsewhere, scene.id, [said.seq], **ask)
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq)
    again = forward(scene.bob, elsewhere, scene.id, [said.seq], **ask)
    assert [each.seq for each in again] == [each.seq for each in first]
    assert all(each.duplicate for each in again)
    with pytest.raises(BadRequest) as refused:
        forward(scene.bob, elsewhere, scene.id, [said.seq], **(ask | {"comment": "other"}))
    assert refused.value.code == "key_reused"


def test_nobody_forwards_what_he_may_not_see(scene, elsewhere):
    said = send(scene.alice, scene.id, "secret")
    head = Conversation.objects.get(pk=elsewhere).last_seq
    with pytest.raises(Forbidden):
        forward(scene.charlie, elsewhere, scene.id, [said.seq])
    with pytest.raises(NotFound) as refused:
        forward(scene.bob, elsewhere, scene.id, [said.seq, 10**9])
    assert refused.value.details == {"path": "messages[1]"}
    Conversation.objects.filter(pk=scene.id).update(history_for_newcomers=False)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    with pytest.raises(NotFound):
        forward(scene.charlie, elsewhere, scene.id, [said.seq])
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq)
    with pytest.raises(Conflict):
        forward(scene.bob, elsewhere, scene.id, [said.seq])
    assert Conversation.objects.get(pk=elsewhere).last_seq == head


def test_all_or_nothing_where_one_may_not_post(scene):
    said = send(scene.alice, scene.id, "one")
    conversations.update(actor=scene.alice, conversation=scene.id, post_policy="admins")
    head = Conversation.objects.get(pk=scene.id).last_seq
    with pytest.raises(Forbidden):
        forward(scene.bob, scene.id, scene.id, [said.seq], comment="look")
    assert Conversation.objects.get(pk=scene.id).last_seq == head


def test_what_the_server_says_is_not_forwarded_and_lists_are_bounded(scene, elsewhere, settings):
    said = send(scene.alice, scene.id, "x" * 2000)
    for seqs in ([], [said.seq, said.seq], list(range(1, 102))):
        with pytest.raises(BadRequest):
            forward(scene.bob, elsewhere, scene.id, seqs)
    settings.CHAT_FORWARD_BYTES = 1000
    with pytest.raises(BadRequest) as refused:
        forward(scene.bob, elsewhere, scene.id, [said.seq], merged=True)
    assert refused.value.code == "too_large"


def test_forwards_go_three_deep(scene, elsewhere):
    seq = send(scene.alice, elsewhere_of(scene), "one").seq
    source = elsewhere_of(scene)
    for _ in range(3):
        [merged] = forward(scene.alice, source, source, [seq], merged=True)
        seq = merged.seq
    with pytest.raises(BadRequest):
        forward(scene.alice, source, source, [seq], merged=True)
    assert forward(scene.alice, source, source, [seq])[0].seq


def elsewhere_of(scene) -> int:
    return conversations.personal_of(scene.alice.user).pk


def test_a_merged_forward_cannot_be_made_up_or_changed(scene):
    where = {"actor": scene.alice, "conversation": scene.id, "client_key": key()}
    body = {"title": "x", "items": []}
    with pytest.raises(Forbidden):
        messages.send(**where, kind="forward", body=body)
    said = send(scene.alice, scene.id, "one")
    [merged] = forward(scene.alice, scene.id, scene.id, [said.seq], merged=True)
    with pytest.raises(BadRequest):
        messages.edit(**where, target=merged.seq, body=body)
