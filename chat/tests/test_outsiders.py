"""Charlie at every read and every write: the same refusal as where there is nothing, and nothing changed.

The functions are enumerated, so that a new one without its line here fails.
"""

import inspect

import pytest

from chat import selectors
from chat.models import Conversation, Entry, Membership
from chat.services import (
    confirmations,
    conversations,
    drafts,
    forwarding,
    members,
    messages,
    pins,
    polls,
    preferences,
    receipts,
    reminders,
    saved,
    scheduled,
    subscriptions,
    threads,
)
from chat.services.drafts import Unsent
from chat.services.preferences import Wish
from chat.tests import factories
from chat.tests.factories import key, send, soon
from protocol.errors import Forbidden

pytestmark = pytest.mark.django_db


def last(scene) -> int:
    return Conversation.objects.get(pk=scene.id).last_message_seq


READS = {
    "get_seat": lambda s, c, w: selectors.get_seat(w, c),
    "get_state": lambda s, c, w: selectors.get_state(w, c),
    "get_subscription": lambda s, c, w: selectors.get_subscription(w, c),
    "list_entries": lambda s, c, w: selectors.list_entries(w, c, 0),
    "list_files": lambda s, c, w: selectors.list_files(w, c),
    "list_history": lambda s, c, w: selectors.list_history(w, c),
    "list_members": lambda s, c, w: selectors.list_members(w, c),
    "list_readers": lambda s, c, w: selectors.list_readers(w, c, last(s)),
    "list_versions": lambda s, c, w: selectors.list_versions(w, c, last(s)),
    "list_pins": lambda s, c, w: selectors.list_pins(w, c),
}
#: Reads that name no conversation, answer about oneself, name a channel (test_subscriptions.py), or are for the server itself.
OTHER_READS = {
    "count_shared",
    "count_unread",
    "get_channel",
    "get_heads",
    "get_own_head",
    "is_large",
    "is_member",
    "list_heads_since",
    "list_drafts",
    "list_inbox",
    "list_inside",
    "list_threads",
    "list_member_ids",
    "list_reminders",
    "list_saved",
    "list_scheduled",
    "list_settings",
    "list_subscriptions",
    "require_see",
    "state_of",
    "states_of",
}
WRITES = {
    "messages.send": lambda a, c, s: send(a, c, "let me in"),
    "messages.edit": lambda a, c, s: messages.edit(
        actor=a, conversation=c, client_key=key(), target=s, body={"text": "mine now"}
    ),
    "messages.recall": lambda a, c, s: messages.recall(actor=a, conversation=c, client_key=key(), target=s),
    "messages.react": lambda a, c, s: messages.react(actor=a, conversation=c, client_key=key(), target=s, emoji="👍"),
    "threads.follow": lambda a, c, s: threads.follow(actor=a, conversation=c, thread_root=s),
    "threads.mark_read": lambda a, c, s: threads.mark_read(actor=a, conversation=c, thread_root=s, seq=s),
    "forwarding.forward": lambda a, c, s: forwarding.forward(
        actor=a, conversation=c, client_key=key(), wanted=forwarding.Wanted(c, (s,))
    ),
    "polls.create": lambda a, c, s: polls.create(
        actor=a, conversation=c, client_key=key(), question="?", options=["a", "b"]
    ),
    "polls.vote": lambda a, c, s: polls.vote(actor=a, conversation=c, seq=s, option=0, client_key=key()),
    "polls.close": lambda a, c, s: polls.close(actor=a, conversation=c, seq=s, client_key=key()),
    "pins.pin": lambda a, c, s: pins.pin(actor=a, conversation=c, client_key=key(), target=s),
    "confirmations.confirm": lambda a, c, s: confirmations.confirm(actor=a, conversation=c, client_key=key(), target=s),
    "conversations.update": lambda a, c, s: conversations.update(actor=a, conversation=c, title="Mine"),
    "members.add_members": lambda a, c, s: members.add_members(actor=a, conversation=c, users=[a.user]),
    "members.remove_members": lambda a, c, s: members.remove_members(actor=a, conversation=c, users=[1]),
    "members.leave": lambda a, c, s: members.leave(actor=a, conversation=c),
    "members.set_role": lambda a, c, s: members.set_role(actor=a, conversation=c, user=a.user, role="owner"),
    "members.mute_member": lambda a, c, s: members.mute_member(actor=a, conversation=c, user=1, until=0),
    "preferences.change": lambda a, c, s: preferences.change(actor=a, conversation=c, wish=Wish(starred=True)),
    "drafts.put": lambda a, c, s: drafts.put(actor=a, conversation=c, unsent=Unsent(text="mine", reply_to=s)),
    "saved.keep": lambda a, c, s: saved.keep(actor=a, conversation=c, seq=s),
    "saved.let_go": lambda a, c, s: saved.let_go(actor=a, conversation=c, seq=s),
    "scheduled.schedule": lambda a, c, s: scheduled.schedule(
        actor=a, conversation=c, written=scheduled.Written(text="mine", at=soon())
    ),
    "reminders.dismiss": lambda a, c, s: reminders.dismiss(actor=a, conversation=c, seq=s),
    "reminders.remind": lambda a, c, s: reminders.remind(actor=a, conversation=c, seq=s, at=soon()),
    "subscriptions.subscribe": lambda a, c, s: subscriptions.subscribe(actor=a, channel=c),
    "subscriptions.unsubscribe": lambda a, c, s: subscriptions.unsubscribe(actor=a, channel=c),
    "receipts.mark_read": lambda a, c, s: receipts.mark_read(actor=a, conversation=c, read_number=1),
}
#: Writes that make a conversation, answer each part of a batch, or make a draft.
OTHER_WRITES = {
    "conversations.create_group",
    "conversations.open_direct",
    "conversations.personal_of",
    "messages.checked_key",
    "conversations.tell_updated",
    "members.tell_changed",
    "messages.commit",
    "messages.commit_one",
    "messages.draft_edit",
    "messages.draft_reaction",
    "messages.draft_recall",
    "messages.draft_send",
    "messages.publish",
    "receipts.mark",
    "subscriptions.settle",
    "polls.forget",
    "receipts.mark_all_read",
    "scheduled.move",
    "scheduled.cancel",
    "scheduled.due_time",
    "scheduled.find_due",
    "scheduled.send_due",
    "reminders.find_due",
    "reminders.tell_due",
    "threads.take_in",
}


@pytest.fixture
def scene():
    return factories.scene()


def test_every_read_and_write_has_its_line():
    reads = {name for name, value in vars(selectors).items() if inspect.isfunction(value)}
    assert reads == READS.keys() | OTHER_READS
    writes = {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in (
            *(messages, conversations, members, receipts, preferences, drafts, saved),
            *(confirmations, forwarding, pins, polls, reminders, scheduled, subscriptions, threads),
        )
        for name, value in inspect.getmembers(module, inspect.isfunction)
        if value.__module__ == module.__name__ and not name.startswith("_")
    }
    assert writes == WRITES.keys() | OTHER_WRITES


def refusal(call) -> tuple[str, str]:
    with pytest.raises(Forbidden) as refused:
        call()
    return refused.value.code, refused.value.message


@pytest.mark.parametrize("name", READS)
def test_an_outsider_reads_nothing(name, scene):
    send(scene.alice, scene.id, "secret")
    notes = conversations.personal_of(scene.alice.user).pk
    READS[name](scene, scene.id, scene.bob.user)
    answers = {
        refusal(lambda where=where: READS[name](scene, where, scene.charlie.user)) for where in (scene.id, notes, 10**9)
    }
    assert len(answers) == 1
    assert answers.pop()[0] == "not_a_member"


@pytest.mark.parametrize("name", WRITES)
def test_an_outsider_writes_nothing(name, scene):
    said = send(scene.alice, scene.id, "secret")
    notes = send(scene.alice, conversations.personal_of(scene.alice.user).pk, "note")
    conversations.personal_of(scene.charlie.user)
    before = state_of_everything()
    answers = set()
    for where, seq in ((scene.id, said.seq), (notes.conversation, notes.seq), (10**9, 1)):
        answers.add(refusal(lambda where=where, seq=seq: WRITES[name](scene.charlie, where, seq)))
    assert len(answers) == 1
    assert answers.pop()[0] == "not_a_member"
    assert state_of_everything() == before


def state_of_everything() -> tuple[list, ...]:
    return tuple(list(model.objects.order_by("pk").values_list()) for model in (Conversation, Membership, Entry))


def test_an_inbox_is_ones_own(scene):
    send(scene.alice, scene.id, "secret")
    assert [state.kind for state in selectors.list_inbox(scene.charlie.user, {scene.id: 0}).states] == []
    assert selectors.list_subscriptions(scene.charlie.user) == []
    assert not selectors.is_member(scene.charlie.user, scene.id)
