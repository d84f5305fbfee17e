"""Messages: what a draft refuses before any query, and the verbs for callers that are not in a hurry."""

import pytest
from django.db import transaction

from accounts.actor import SYSTEM
from chat.models import Conversation, Entry
from chat.services import messages
from chat.tests import factories
from chat.tests.factories import draft, key, send
from protocol.errors import BadRequest, Forbidden, ParleyError

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"client_key": "short"}, "client_key"),
        ({"client_key": "x" * 65}, "client_key"),
        ({"client_key": "with space in it"}, "client_key"),
        ({"kind": "no-such-kind"}, "kind"),
        ({"text": ""}, "body.text"),
        ({"mentions": range(1, 102)}, "mentions"),
    ],
)
def test_a_draft_is_checked_without_a_query(fields, path, django_assert_num_queries):
    with django_assert_num_queries(0), pytest.raises(BadRequest) as refused:
        draft(SYSTEM, 1, **fields)
    assert refused.value.details["path"] == path


@pytest.mark.parametrize("emoji", ["", " ", "a b", "\n", "x" * 33, "\x00"])
def test_what_is_no_emoji_is_refused(emoji):
    with pytest.raises(BadRequest):
        messages.draft_reaction(actor=SYSTEM, conversation=1, client_key=key(), target=1, emoji=emoji, on=True)


def test_only_the_server_sends_system_messages(scene):
    with pytest.raises(Forbidden):
        messages.draft_send(
            actor=scene.alice, conversation=scene.id, client_key=key(), kind="system", body={"text": "hello"}
        )


def test_an_edit_must_fit_the_kind_of_its_message(scene):
    said = send(scene.alice, scene.id)
    with pytest.raises(BadRequest):
        messages.edit(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq, body={"no": "text"})


def test_reply_and_thread_need_a_message(scene):
    head = Conversation.objects.get(pk=scene.id).last_seq
    for field in ("reply_to", "thread_root"):
        for target in (head, 999):
            with pytest.raises(ParleyError) as refused:
                send(scene.alice, scene.id, **{field: target})
            assert refused.value.details["path"] == field


def test_threads_have_one_level(scene):
    root = send(scene.alice, scene.id)
    reply = send(scene.bob, scene.id, thread_root=root.seq)
    with pytest.raises(BadRequest):
        send(scene.alice, scene.id, thread_root=reply.seq)


def test_a_message_takes_so_many_different_reactions_and_no_more(scene):
    said = send(scene.alice, scene.id)
    where = {"actor": scene.bob, "conversation": scene.id, "target": said.seq}
    for place in range(20):
        messages.react(**where, client_key=key(), emoji=f"e{place}")
    with pytest.raises(ParleyError) as refused:
        messages.react(**where, client_key=key(), emoji="one-more")
    assert refused.value.details["rule"] == "distinct_reactions"
    messages.react(**where | {"actor": scene.alice}, client_key=key(), emoji="e3")


def test_nothing_is_published_when_the_surrounding_transaction_fails(scene, monkeypatch, transactional_db):
    told = []
    monkeypatch.setattr("chat.relay.publish", told.extend)
    with transaction.atomic():
        send(scene.alice, scene.id, "never")
        transaction.set_rollback(True)
    assert told == []
    assert not Entry.objects.filter(type="message.created").exists()
    send(scene.alice, scene.id, "told")
    assert [each.event.body["text"] for each in told] == ["told"]


def test_commit_publishes_what_the_batch_emitted_in_order(scene, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("chat.relay.publish", told.extend)
    with django_capture_on_commit_callbacks(execute=True):
        outcomes = messages.commit(
            [draft(scene.alice, scene.id), draft(scene.charlie, scene.id), draft(scene.bob, scene.id)]
        )
    assert [each.event.seq for each in told] == [outcomes[0].seq, outcomes[2].seq]
