"""What the database itself forbids, whatever the code above it does."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from chat.models import Conversation, Entry, Membership, Mention
from chat.tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def entry(scene, **fields) -> Entry:
    given = {"seq": 100, "type": "message.created", "number": 50, "sender_id": scene.alice.user, "at": timezone.now()}
    return Entry(conversation_id=scene.id, **given | fields)


def refused(*rows) -> bool:
    try:
        with transaction.atomic():
            for row in rows:
                row.save(force_insert=True)
    except IntegrityError:
        return True
    return False


def test_a_seq_is_taken_once(scene):
    assert refused(entry(scene, number=1), entry(scene, number=2))


def test_a_number_is_taken_once_and_only_by_messages(scene):
    assert refused(entry(scene, seq=100), entry(scene, seq=101))
    assert not refused(entry(scene, seq=100, number=None), entry(scene, seq=101, number=None))


def test_a_client_key_is_taken_once_by_its_sender(scene):
    one = entry(scene, number=None, client_key="same-key")
    assert refused(one, entry(scene, seq=101, number=None, client_key="same-key"))
    other = entry(scene, seq=101, number=None, client_key="same-key", sender_id=scene.bob.user)
    assert not refused(entry(scene, number=None, client_key="same-key"), other)


def test_a_member_is_one_once_and_a_pair_has_one_conversation(scene):
    assert refused(Membership(conversation_id=scene.id, user_id=scene.bob.user))
    assert refused(*(Conversation(kind="direct", unique_key="1-2") for _ in range(2)))
    mention = {"user_id": scene.bob.user, "conversation_id": scene.id, "number": 1, "seq": 1}
    assert refused(Mention(**mention), Mention(**mention))


def test_rows_say_what_they_are(scene):
    assert str(scene.group) == "Team"
    assert str(entry(scene)) == f"{scene.id}:100 message.created"
