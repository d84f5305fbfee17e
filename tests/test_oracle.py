"""Snapshot + events = new snapshot, for every service that emits; a service without its case here fails."""

import dataclasses
import importlib
import inspect
import pkgutil

import pytest
from msgspec.structs import replace

import chat.services
from chat import conf, relay, selectors
from chat.rendering import milliseconds
from chat.services import (
    conversations,
)
from chat.tests import factories
from chat.tests.factories import send
from protocol import limits
from tests import oracle
from tests.emitting import CASES, World

pytestmark = pytest.mark.django_db

#: Public functions of services that emit nothing of their own, with the reason.
SILENT = {
    "listening.find_failing": "reads",
    "listening.list_behind": "reads",
    "listening.name_of": "names a listener",
    "listening.resume": "sets a listener that failed going again: its position is told to nobody",
    "messages.draft_send": "makes a draft",
    "messages.draft_edit": "makes a draft",
    "messages.draft_recall": "makes a draft",
    "messages.draft_reaction": "makes a draft",
    "polls.forget": "rows behind a recalled message; the recall is what is told",
    "devices.tell_signed_out": "the end of devices.revoke and revoke_all, which have their cases",
    "messages.checked_key": "checks a key",
    "messages.commit_one": "messages.send and the others are made of it",
    "messages.publish": "publishes what others wrote",
    "conversations.personal_of": "the first entry of a timeline that nobody follows yet",
    "scheduled.due_time": "checks a moment",
    "scheduled.find_due": "reads",
    "scheduled.move": "part of the case of scheduled.schedule",
    "scheduled.cancel": "part of the case of scheduled.schedule",
    "scheduled.send_due": "part of the case of scheduled.schedule",
    "reminders.find_due": "reads",
    "reminders.tell_due": "part of the case of reminders.remind",
    "joining.chunks": "cuts a list",
    "joining.existing": "reads",
    "joining.emitted": "collects",
    "joining.join": "part of add_members, create_group and open_direct",
    "joining.part": "part of remove_members and leave",
    "telling.begin": "locks",
    "telling.tell": "part of what writes a person's own facts",
    "telling.empty": "takes away what a later entry tells anew",
    "listening.pump": "runs listeners",
    "listening.find_waiting": "reads",
    "files.announced": "decides",
    "previews.links_of": "reads",
    "previews.find_wanted": "reads",
    "previews.make": "commits message.previewed, which has its case; chat/tests/test_previews.py asks a real site",
    "previews.forget": "takes away rights to files of what was recalled",
    "uploads.begin": "an upload is nobody's business until a message shows it",
    "uploads.find": "reads",
    "uploads.path_of": "names a place",
    "uploads.proceed": "an upload is nobody's business until a message shows it",
    "uploads.complete": "an upload is nobody's business until a message shows it",
    "uploads.remove": "an upload is nobody's business until a message shows it",
    "uploads.sweep": "takes away what was given up",
    "files.store": "an upload is nobody's business until a message shows it",
    "files.sweep": "takes away what no message ever showed",
    "pictures.inspect": "reads bytes",
    "pictures.square": "writes a picture's bytes",
    "avatars.put_own": "part of the person, which is asked for",
    "status.put": "tells who watches, in this moment only: chat/tests/test_status.py",
    "conversations.tell_updated": "part of update and put_group",
    "members.tell_changed": "part of the verbs that change members; each has its case",
    "joining.refuse_banned": "decides; writes and emits nothing",
    "sniffing.media_type_of": "reads bytes",
    "sniffing.refuse_blocked": "reads bytes",
}


@pytest.fixture
def world(monkeypatch, django_capture_on_commit_callbacks):
    scene = factories.scene()
    for actor in (scene.alice, scene.bob, scene.charlie):
        conversations.personal_of(actor.user)
    by_bob = send(scene.bob, scene.id, "from Bob")
    by_alice = send(scene.alice, scene.id, "from Alice", mentions=[scene.bob.user])
    world = World(scene.alice, scene.bob, scene.charlie, scene.id, by_alice.seq, by_bob.seq)
    monkeypatch.setattr(relay, "publish", world.told.extend)
    return world


def public_functions() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(chat.services.__path__):
        loaded = importlib.import_module(f"chat.services.{module.name}")
        found |= {
            f"{module.name}.{name}"
            for name, value in inspect.getmembers(loaded, inspect.isfunction)
            if value.__module__ == loaded.__name__ and not name.startswith("_")
        }
    return found


def test_every_service_is_held_to_the_oracle():
    unknown = public_functions() - CASES.keys() - SILENT.keys()
    assert not unknown, f"add a case (or say why it is silent): {sorted(unknown)}"


def inbox_of(user: int) -> oracle.Inbox:
    return {state.conversation: state for state in selectors.list_inbox(user, {}).states}


def page_of(user: int, conversation: int) -> oracle.Page:
    return {each.seq: each for each in selectors.list_history(user, conversation, limit=limits.MAX_PAGE).events}


def reaching(world: World, user: int, inbox: oracle.Inbox) -> list:
    """What this person's sessions get: the own topic, and conversations from joining on."""
    return [each.event for each in world.told if each.topic == f"user.{user}" or each.topic.startswith("conv.")]


@pytest.mark.parametrize("name", CASES)
def test_inbox_and_events_make_the_new_inbox(name, world, django_capture_on_commit_callbacks):
    before = {actor.user: inbox_of(actor.user) for actor in world.actors}
    with django_capture_on_commit_callbacks(execute=True):
        CASES[name](world)
    assert world.told, "it emits nothing: then it belongs to SILENT"
    for user, inbox in before.items():
        assert oracle.inbox_after(inbox, reaching(world, user, inbox), user) == inbox_of(user), name


@pytest.mark.parametrize("name", CASES)
def test_page_and_events_make_the_new_page(name, world, django_capture_on_commit_callbacks):
    before = {actor.user: page_of(actor.user, world.group) for actor in (world.alice, world.bob)}
    with django_capture_on_commit_callbacks(execute=True):
        CASES[name](world)
    for user, page in before.items():
        if selectors.is_member(user, world.group):
            told = reaching(world, user, {})
            assert oracle.page_after(page, told, world.group) == page_of(user, world.group), name


def own_of(user: int) -> oracle.Own:
    written, _ = selectors.list_drafts(user)
    return oracle.Own(
        settings=selectors.list_settings(user)[0],
        drafts={(each.conversation_id, each.thread_root): (each.text, each.reply_to) for each in written},
        saved=frozenset((each.conversation, each.seq) for each in selectors.list_saved(user).messages),
        scheduled={
            each.pk: (each.conversation_id, each.state, milliseconds(each.at), each.text, each.problem)
            for each in selectors.list_scheduled(user)[0]
        },
        reminders={
            (row.conversation_id, row.message): (milliseconds(row.at), row.due, row.note)
            for row, _ in selectors.list_reminders(user)[0]
        },
    )


@pytest.mark.parametrize("name", CASES)
def test_own_facts_and_events_make_the_new_own_facts(name, world, django_capture_on_commit_callbacks):
    """Live, and from the gap alone, in which older entries of a draft or setting come emptied."""
    before = {actor.user: replace_seq(own_of(actor.user), actor.user) for actor in world.actors}
    with django_capture_on_commit_callbacks(execute=True):
        CASES[name](world)
    for user, own in before.items():
        live = oracle.own_after(own, reaching(world, user, {}), user)
        personal = conversations.personal_of(user).pk
        gap = selectors.list_entries(user, personal, own.seq, limit=limits.MAX_PAGE).events
        for found in (live, oracle.own_after(own, gap, user), oracle.own_after(live, gap, user)):
            assert dataclasses.replace(found, seq=0) == own_of(user), name


def replace_seq(own: oracle.Own, user: int) -> oracle.Own:
    return dataclasses.replace(own, seq=selectors.get_own_head(user))


@pytest.mark.parametrize("name", CASES)
def test_a_client_that_was_away_ends_with_the_same(name, world, django_capture_on_commit_callbacks):
    """The gap from sync instead of the live events, and both, in any order: one result."""
    before = {actor.user: inbox_of(actor.user) for actor in world.actors}
    with django_capture_on_commit_callbacks(execute=True):
        CASES[name](world)
    for user, inbox in before.items():
        gap = []
        for conversation, state in inbox.items():
            if selectors.is_member(user, conversation):
                gap += selectors.list_entries(user, conversation, state.head_seq, limit=limits.MAX_PAGE).events
        now = inbox_of(user)
        after = oracle.inbox_after(inbox, gap, user)
        live_too = oracle.inbox_after(after, reaching(world, user, inbox), user)
        settled = {pk: state for pk, state in now.items() if pk in inbox}
        assert {pk: after[pk] for pk in settled if pk in after} == pick(settled, after), name
        assert live_too == now, name


def pick(settled: oracle.Inbox, after: oracle.Inbox) -> oracle.Inbox:
    """Rows of the server, without what only ephemeral receipts tell."""
    return {pk: replace(state, delivered_seq=after[pk].delivered_seq) for pk, state in settled.items() if pk in after}


def test_the_reducer_knows_the_servers_limits():
    assert (oracle.NUMBERS, oracle.LARGE) == (conf.INBOX_NUMBERS, conf.LARGE_CONVERSATION)
