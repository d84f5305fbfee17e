"""append: places, retries, refusals, and what is materialised in the same transaction."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import SYSTEM
from chat import timeline
from chat.models import Conversation, Entry, Mention
from chat.services import conversations, messages
from chat.tests import factories
from chat.tests.factories import draft, key, send
from chat.timeline import Draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def message(outcome) -> Entry:
    return Entry.objects.get(conversation_id=outcome.conversation, seq=outcome.seq)


def test_seqs_and_numbers_are_gapless(scene):
    before = Conversation.objects.get(pk=scene.id)
    outcomes = timeline.append([draft(scene.alice, scene.id) for _ in range(5)])
    assert [each.seq for each in outcomes] == list(range(before.last_seq + 1, before.last_seq + 6))
    assert [each.number for each in outcomes] == [1, 2, 3, 4, 5]
    after = Conversation.objects.get(pk=scene.id)
    assert (after.last_seq, after.last_number) == (outcomes[-1].seq, 5)
    assert after.last_message_seq == outcomes[-1].seq


def test_a_refusal_leaves_the_batch_alone(scene):
    outcomes = timeline.append(
        [draft(scene.alice, scene.id), draft(scene.charlie, scene.id), draft(scene.bob, scene.id)]
    )
    assert outcomes[1].error.code == "not_a_member"
    assert outcomes[2].seq == outcomes[0].seq + 1


def test_an_outsider_gets_the_same_answer_where_there_is_nothing(scene):
    real, none = timeline.append([draft(scene.charlie, scene.id), draft(scene.charlie, 10**9)])
    assert (real.error.code, str(real.error)) == (none.error.code, str(none.error))


def test_a_retry_is_answered_with_the_earlier_outcome(scene):
    first = send(scene.alice, scene.id, "once", client_key="one-key-only")
    again = send(scene.alice, scene.id, "once", client_key="one-key-only")
    assert again.duplicate
    assert not first.duplicate
    assert (again.seq, again.number, again.at) == (first.seq, first.number, first.at)
    assert again.emitted == ()
    assert Entry.objects.filter(client_key="one-key-only").count() == 1


def test_a_retry_inside_one_batch_is_a_duplicate_too(scene):
    twin = draft(scene.alice, scene.id, client_key="one-key-only")
    first, again = timeline.append([twin, twin])
    assert again.duplicate
    assert again.seq == first.seq
    assert Entry.objects.filter(client_key="one-key-only").count() == 1


def test_the_same_key_for_something_else_is_refused(scene):
    send(scene.alice, scene.id, "one", client_key="one-key-only")
    [other] = timeline.append([draft(scene.alice, scene.id, "two", client_key="one-key-only")])
    assert other.error.code == "key_reused"


def test_the_same_key_of_another_sender_is_another_message(scene):
    send(scene.alice, scene.id, client_key="one-key-only")
    assert not send(scene.bob, scene.id, client_key="one-key-only").duplicate


def test_the_ack_the_event_and_the_row_say_the_same_time(scene):
    outcome = send(scene.alice, scene.id)
    event = outcome.emitted[0].event
    assert outcome.at == event.at == int(message(outcome).at.timestamp() * 1000 + 0.5)


def test_sending_moves_the_senders_read_position(scene):
    outcome = send(scene.bob, scene.id)
    assert factories.seat(scene.id, scene.bob).read_number == outcome.number
    assert factories.seat(scene.id, scene.alice).read_number == 0


def test_an_edit_changes_the_row_and_keeps_the_previous_body(scene):
    first = send(scene.alice, scene.id, "one")
    edit = messages.edit(
        actor=scene.alice, conversation=scene.id, client_key=key(), target=first.seq, body={"text": "two"}
    )
    row = message(first)
    assert row.body == {"text": "two"}
    assert row.version == edit.seq
    assert row.edited_at
    assert message(edit).body["previous"]["body"] == {"text": "one"}
    assert "previous" not in str(edit.emitted[0].event)


def test_a_recall_empties_the_message_its_edits_and_what_they_kept(scene):
    first = send(scene.alice, scene.id, "secret", mentions=[scene.bob.user])
    edit = messages.edit(
        actor=scene.alice, conversation=scene.id, client_key=key(), target=first.seq, body={"text": "secret too"}
    )
    assert Mention.objects.count() == 1
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=first.seq)
    row = message(first)
    assert (row.body, row.mentions) == ({}, [])
    assert row.recalled_at
    assert message(edit).body == {}
    assert not Mention.objects.exists()
    assert not [each for each in Entry.objects.all() if "secret" in str(each.body)]


def test_edits_and_a_recall_in_one_batch(scene):
    first = send(scene.alice, scene.id, "secret")
    where = {"actor": scene.alice, "conversation": scene.id, "target": first.seq}
    outcomes = timeline.append(
        [
            messages.draft_edit(**where, client_key=key(), body={"text": "secret 2"}),
            messages.draft_recall(**where, client_key=key()),
            messages.draft_edit(**where, client_key=key(), body={"text": "secret 3"}),
        ]
    )
    assert [each.error and each.error.code for each in outcomes] == [None, None, "conflict"]
    assert not [each for each in Entry.objects.all() if "secret" in str(each.body)]


def test_a_message_can_be_recalled_in_the_batch_that_made_it(scene):
    head = Conversation.objects.get(pk=scene.id).last_seq
    said, recalled = timeline.append(
        [
            draft(scene.alice, scene.id, "secret", mentions=[scene.bob.user]),
            messages.draft_recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=head + 1),
        ]
    )
    assert recalled.error is None
    assert message(said).body == {}
    assert not Mention.objects.exists()


def test_a_reaction_is_in_the_row_and_twice_is_once(scene):
    first = send(scene.alice, scene.id)
    where = {"conversation": scene.id, "target": first.seq, "emoji": "👍"}
    on = messages.react(actor=scene.bob, client_key=key(), **where)
    again = messages.react(actor=scene.bob, client_key=key(), **where)
    assert message(first).reactions == {"👍": [scene.bob.user]}
    assert message(first).version == on.seq
    assert again.seq == first.seq
    assert again.emitted == ()
    messages.react(actor=scene.bob, client_key=key(), on=False, **where)
    head = Conversation.objects.get(pk=scene.id).last_seq
    off = messages.react(actor=scene.bob, client_key=key(), on=False, **where)
    assert message(first).reactions == {}
    assert off.seq == first.seq
    assert Conversation.objects.get(pk=scene.id).last_seq == head


def test_a_mention_reaches_the_members_personal_timeline_in_the_same_batch(scene):
    outcome = send(scene.alice, scene.id, mentions=[scene.bob.user, scene.charlie.user, scene.alice.user, 10**9])
    assert message(outcome).mentions == [scene.bob.user]
    assert [each.topic for each in outcome.emitted] == [f"conv.{scene.id}", f"user.{scene.bob.user}"]
    personal = conversations.personal_of(scene.bob.user)
    told = Entry.objects.get(conversation=personal, type="mention.received")
    assert told.seq == personal.last_seq
    assert outcome.emitted[1].event.message == outcome.emitted[0].event


def test_everybody_is_only_a_flag(scene):
    outcome = send(scene.alice, scene.id, mentions_all=True)
    assert len(outcome.emitted) == 1
    assert not Mention.objects.exists()


def test_only_the_system_speaks_for_others_and_at_other_times(scene):
    [refused] = timeline.append([draft(scene.alice, scene.id, at=1_000)])
    assert refused.error.code == "not_allowed"
    [done] = timeline.append([draft(SYSTEM, scene.id, at=1_000, sender=scene.bob.user)])
    assert (message(done).sender_id, done.at) == (scene.bob.user, 1_000)


def test_a_personal_conversation_is_its_owners_alone(scene):
    notes = conversations.personal_of(scene.alice.user)
    assert send(scene.alice, notes.pk, "note to self").emitted[0].topic == f"user.{scene.alice.user}"
    [refused] = timeline.append([draft(scene.bob, notes.pk)])
    assert refused.error.code == "not_a_member"


#: Conversations, seats, known keys; positions, entries, the sender's read position.
QUERIES_OF_A_SEND = 6


def count_queries(drafts) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        outcomes = timeline.append(drafts)
    assert not [each.error for each in outcomes if each.error]
    return len(queries)


def mixed(scene, number: int) -> list:
    made = [send(scene.alice, scene.id, f"message {place}") for place in range(4 * number)]
    where = {"actor": scene.alice, "conversation": scene.id}
    drafts = []
    for place in range(number):
        one, two, three, four = made[4 * place : 4 * place + 4]
        drafts += [
            draft(scene.alice, scene.id, mentions=[scene.bob.user], reply_to=one.seq),
            messages.draft_edit(**where, client_key=key(), target=one.seq, body={"text": "new"}),
            messages.draft_recall(**where, client_key=key(), target=two.seq),
            messages.draft_reaction(**where, client_key=key(), target=three.seq, emoji="👍", on=True),
            draft(scene.bob, scene.id, thread_root=four.seq),
            draft(scene.bob, scene.id, urgent=True),
            *(
                Draft(**where, type=f"message.{each}", client_key=key(), target=four.seq)
                for each in ("pinned", "unpinned")
            ),
        ]
    return drafts


def test_queries_do_not_grow_with_the_batch_the_members_or_the_history(scene):
    send(scene.alice, scene.id, mentions=[scene.bob.user])
    few = count_queries(mixed(scene, 1))
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=factories.people(60))
    many = count_queries(mixed(scene, 12))
    assert few == many
    plain = count_queries([draft(scene.alice, scene.id)])
    assert plain == count_queries([draft(scene.bob, scene.id) for _ in range(64)])
    assert plain == QUERIES_OF_A_SEND
    urgent = count_queries([draft(scene.alice, scene.id, urgent=True)])
    assert urgent == plain
    root = send(scene.alice, scene.id)
    # Read the root and write it again: two more, however many reply in the batch.
    for replies in (1, 64):
        drafts = [draft(scene.bob, scene.id, thread_root=root.seq) for _ in range(replies)]
        assert count_queries(drafts) == plain + 2
    pin = Draft(actor=scene.bob, conversation=scene.id, type="message.pinned", client_key=key(), target=root.seq)
    # The message read and written, no read position moved.
    assert count_queries([pin]) == plain + 1
