"""Urgent messages: who may send one, who confirms it, and that once is enough."""

import pytest

from chat.models import Entry
from chat.rendering import message_of
from chat.services import confirmations, conversations
from chat.tests import factories
from chat.tests.factories import key, send
from protocol.errors import BadRequest, Conflict, Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def shown(outcome):
    return message_of(Entry.objects.get(conversation_id=outcome.conversation, seq=outcome.seq))


def confirm(actor, said):
    return confirmations.confirm(actor=actor, conversation=said.conversation, client_key=key(), target=said.seq)


def test_an_urgent_message_is_confirmed_by_the_others_once(scene):
    said = send(scene.alice, scene.id, urgent=True)
    assert said.emitted[0].event.urgent
    done = confirm(scene.bob, said)
    assert (shown(said).confirmed, shown(said).version) == ([scene.bob.user], done.seq)
    assert confirm(scene.bob, said).emitted == ()
    with pytest.raises(Forbidden):
        confirm(scene.alice, said)
    with pytest.raises(Conflict):
        confirm(scene.bob, send(scene.alice, scene.id))


def test_the_same_key_for_the_same_words_but_urgent_is_another_request(scene):
    send(scene.alice, scene.id, client_key="one-key-only")
    with pytest.raises(BadRequest):
        send(scene.alice, scene.id, client_key="one-key-only", urgent=True)


def test_a_crowd_is_not_urged_and_nobody_urges_himself(scene, settings):
    notes = conversations.personal_of(scene.alice.user)
    with pytest.raises(Forbidden):
        send(scene.alice, notes.pk, urgent=True)
    settings.CHAT_URGENT_UP_TO = 1
    with pytest.raises(Forbidden) as refused:
        send(scene.alice, scene.id, urgent=True)
    assert refused.value.details == {"rule": "urgent_up_to", "limit": 1}


def test_a_message_holds_so_many_confirmations(scene, settings):
    settings.CHAT_CONFIRMATIONS = 0
    with pytest.raises(Conflict):
        confirm(scene.bob, send(scene.alice, scene.id, urgent=True))
