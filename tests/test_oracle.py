"""Snapshot + events = new snapshot, for every service that emits; a service without its case here fails."""

import dataclasses
import importlib
import inspect
import io
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

import chat.services
from accounts.actor import SYSTEM, Actor
from accounts.models import User
from chat import conf, relay, selectors
from chat.services import (
    avatars,
    confirmations,
    conversations,
    devices,
    drafts,
    forwarding,
    listening,
    members,
    messages,
    pins,
    polls,
    preferences,
    previews,
    receipts,
    saved,
    settings,
    threads,
)
from chat.tests import factories, uploads
from chat.tests.factories import key, send
from chat.timeline import Draft
from protocol import limits
from protocol.events import LinkPreview
from tests import oracle

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
    "sniffing.media_type_of": "reads bytes",
    "sniffing.refuse_blocked": "reads bytes",
}


@dataclass
class World:
    """Three people; a group of Alice's with Bob, a message of each, a mention; what was published since."""

    alice: Actor
    bob: Actor
    charlie: Actor
    group: int
    by_alice: int
    by_bob: int
    told: list = field(default_factory=list)

    @property
    def actors(self) -> list[Actor]:
        return [self.alice, self.bob, self.charlie]


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


def where(world: World, actor: Actor) -> dict:
    return {"actor": actor, "conversation": world.group}


def _revoke(world: World) -> None:
    device = devices.register(user=User.objects.get(pk=world.bob.user), platform="sdk", name="Bob's phone")
    devices.revoke(actor=world.bob, device_id=device.pk)


def _revoke_all(world: World) -> None:
    user = User.objects.get(pk=world.bob.user)
    devices.register(user=user, platform="sdk", name="one")
    devices.register(user=user, platform="sdk", name="two")
    devices.revoke_all(actor=world.bob, user=user)


def _unmute(world: World) -> None:
    members.mute_member(**where(world, world.alice), user=world.bob.user, until=4_000_000_000_000)
    members.mute_member(**where(world, world.alice), user=world.bob.user, until=0)


def _prefer(world: World) -> None:
    for wish in (
        preferences.Wish(notify="none", starred=True),
        preferences.Wish(unread_from=1, silent_until=4_000_000_000_000),
        preferences.Wish(starred=False),
    ):
        preferences.change(**where(world, world.bob), wish=wish)


def _unread_and_read(world: World) -> None:
    preferences.change(**where(world, world.bob), wish=preferences.Wish(unread_from=2))
    receipts.mark_read(**where(world, world.bob), read_number=2)


def _set(world: World) -> None:
    for name, value in (("theme", "dark"), ("density", "compact"), ("theme", "light"), ("density", None)):
        settings.change(actor=world.bob, name=name, value=value)


def _write_drafts(world: World) -> None:
    for text, root in (("a", 0), ("ab", 0), ("in the thread", world.by_alice), ("", 0), ("anew", 0)):
        drafts.put(**where(world, world.bob), unsent=drafts.Unsent(text=text, thread_root=root))


def _let_go(world: World) -> None:
    for seq in (world.by_alice, world.by_bob):
        saved.keep(**where(world, world.bob), seq=seq)
    saved.let_go(**where(world, world.bob), seq=world.by_alice)


def _confirm(world: World) -> None:
    urgent = send(world.bob, world.group, "fire", urgent=True)
    confirmations.confirm(**where(world, world.alice), client_key=key(), target=urgent.seq)
    other = send(world.bob, world.group, "no fire", urgent=True)
    confirmations.confirm(**where(world, world.alice), client_key=key(), target=other.seq)
    preview = Draft(
        actor=SYSTEM,
        conversation=world.group,
        type="message.previewed",
        client_key=key(),
        target=other.seq,
        fields={"previews": [LinkPreview(url="https://example.com/", title="E")]},
    )
    messages.commit_one(preview)
    pins.pin(**where(world, world.alice), client_key=key(), target=other.seq)
    messages.recall(**where(world, world.bob), client_key=key(), target=other.seq)


def _forward(world: World) -> None:
    for merged in (False, True):
        wanted = forwarding.Wanted(world.group, (world.by_bob, world.by_alice), merged, "look")
        forwarding.forward(**where(world, world.alice), client_key=key(), wanted=wanted)


def _ask(world: World) -> int:
    asked = polls.create(**where(world, world.alice), client_key=key(), question="When?", options=["a", "b"])
    return asked.seq


def _read_thread(world: World) -> None:
    threads.follow(**where(world, world.bob), thread_root=world.by_alice)
    said = send(world.alice, world.group, "a reply", thread_root=world.by_alice)
    listening.pump(world.group)
    threads.mark_read(**where(world, world.bob), thread_root=world.by_alice, seq=said.seq)


def _thread(world: World) -> None:
    first = send(world.alice, world.group, "a reply", thread_root=world.by_bob)
    send(world.bob, world.group, "another", thread_root=world.by_bob, mentions=[world.alice.user])
    messages.recall(**where(world, world.alice), client_key=key(), target=first.seq)
    messages.recall(**where(world, world.bob), client_key=key(), target=world.by_bob)


def _take_previews_away(world: World) -> None:
    shown = {"previews": [LinkPreview(url="https://example.com/", title="E")]}
    previewed = Draft(
        actor=SYSTEM, conversation=world.group, type="message.previewed", target=world.by_alice, fields=shown
    )
    messages.commit_one(previewed)
    previews.remove(**where(world, world.alice), seq=world.by_alice, client_key=key())


CASES: dict[str, Callable[[World], object]] = {
    "messages.commit": lambda w: messages.commit(
        [
            factories.draft(w.bob, w.group, mentions=[w.alice.user]),
            messages.draft_recall(**where(w, w.alice), client_key=key(), target=w.by_alice),
            messages.draft_reaction(**where(w, w.bob), client_key=key(), target=w.by_bob, emoji="👍", on=True),
            factories.draft(w.alice, w.group, mentions=[w.bob.user], mentions_all=True, thread_root=w.by_bob),
            messages.draft_edit(**where(w, w.bob), client_key=key(), target=w.by_bob, body={"text": "changed"}),
        ]
    ),
    "messages.send": lambda w: send(w.alice, w.group, mentions=[w.bob.user], reply_to=w.by_bob),
    "messages.edit": lambda w: messages.edit(
        **where(w, w.alice), client_key=key(), target=w.by_alice, body={"text": "new"}, mentions=[w.bob.user]
    ),
    "messages.recall": lambda w: messages.recall(**where(w, w.alice), client_key=key(), target=w.by_alice),
    "messages.react": lambda w: [
        messages.react(**where(w, w.bob), client_key=key(), target=w.by_alice, emoji=emoji, on=on)
        for emoji, on in (("👍", True), ("🎉", True), ("👍", False))
    ],
    "pins.pin": lambda w: [
        pins.pin(**where(w, w.bob), client_key=key(), target=target, on=on)
        for target, on in ((w.by_alice, True), (w.by_bob, True), (w.by_bob, False))
    ],
    "confirmations.confirm": _confirm,
    "threads in append": _thread,
    "forwarding.forward": _forward,
    "polls.create": _ask,
    "polls.vote": lambda w: [
        polls.vote(actor=who, conversation=w.group, seq=seq, option=place, client_key=key())
        for seq in (_ask(w),)
        for who, place in ((w.alice, 0), (w.bob, 1), (w.bob, 0))
    ],
    "polls.close": lambda w: polls.close(**where(w, w.alice), seq=_ask(w), client_key=key()),
    "threads.follow": lambda w: [
        threads.follow(**where(w, w.bob), thread_root=w.by_alice, on=on) for on in (True, False)
    ],
    "threads.mark_read": _read_thread,
    "threads.take_in": lambda w: [_thread(w), listening.pump(w.group)],
    "receipts.mark_all_read": lambda w: receipts.mark_all_read(actor=w.bob),
    "conversations.open_direct": lambda w: conversations.open_direct(actor=w.alice, user=w.charlie.user),
    "conversations.create_group": lambda w: conversations.create_group(
        actor=w.charlie, title="New", description="More", members=[w.bob.user], client_key=key()
    ),
    "conversations.update": lambda w: conversations.update(**where(w, w.alice), title="Other", post_policy="admins"),
    "members.add_members": lambda w: members.add_members(**where(w, w.alice), users=[w.charlie.user, w.bob.user]),
    "members.remove_members": lambda w: members.remove_members(**where(w, w.alice), users=[w.bob.user]),
    "members.leave": lambda w: members.leave(**where(w, w.bob)),
    "members.set_role": lambda w: members.set_role(**where(w, w.alice), user=w.bob.user, role="owner"),
    "members.mute_member": _unmute,
    "receipts.mark": lambda w: receipts.mark(
        [
            receipts.Mark(actor=w.bob, conversation=w.group, read_number=2, delivered_seq=3),
            receipts.Mark(actor=w.alice, conversation=w.group, delivered_seq=w.by_alice),
        ]
    ),
    "receipts.mark_read": lambda w: receipts.mark_read(**where(w, w.bob), read_number=2),
    "avatars.put_group": lambda w: avatars.put_group(
        actor=w.alice, conversation=w.group, stream=io.BytesIO(uploads.picture())
    ),
    "previews.remove": _take_previews_away,
    "preferences.change": _prefer,
    "preferences.change, then read": _unread_and_read,
    "settings.change": _set,
    "drafts.put": _write_drafts,
    "saved.keep": lambda w: saved.keep(**where(w, w.alice), seq=w.by_bob),
    "saved.let_go": _let_go,
    "devices.register": lambda w: devices.register(
        user=User.objects.get(pk=w.bob.user), platform="browser", name="Firefox"
    ),
    "devices.revoke": _revoke,
    "devices.revoke_all": _revoke_all,
}


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
