"""Every frame as a member and as Charlie, who is outside: what is answered and what is not told."""

import typing

import msgspec
import pytest
from asgiref.sync import sync_to_async
from prometheus_client import REGISTRY

from chat import presence
from chat.models import Membership
from chat.realtime import commands
from chat.realtime.tests.company import company as make_company
from chat.realtime.tests.sockets import door
from chat.services import members
from protocol import frames
from protocol.events import (
    MemberAdded,
    MessageCreated,
    PresenceChanged,
    ReadMoved,
    ReceiptDelivered,
    ReceiptRead,
    TypingStarted,
    TypingStopped,
)
from protocol.replies import (
    Accepted,
    ConversationPage,
    Done,
    Failed,
    InboxPage,
    PeoplePage,
    PongReply,
    PresencePage,
    TimelineEntries,
    TimelinePage,
)

pytestmark = pytest.mark.django_db(transaction=True)

#: What is answered by the session itself, or gets no answer.
WITHOUT_COMMAND = {frames.Hello, frames.SessionRenew, frames.Pong, frames.SyncAck}
#: Frames about a conversation that an outsider may name, with the rest of their fields.
ABOUT_A_CONVERSATION: list[tuple[type[msgspec.Struct], dict]] = [
    (frames.MessageSend, {"client_key": "charlie-1", "body": {"text": "hi"}}),
    (frames.MessageEdit, {"client_key": "charlie-2", "target": 3, "body": {"text": "hi"}}),
    (frames.MessageRecall, {"client_key": "charlie-3", "target": 3}),
    (frames.ReactionAdd, {"client_key": "charlie-4", "target": 3, "emoji": "👍"}),
    (frames.ReactionRemove, {"client_key": "charlie-5", "target": 3, "emoji": "👍"}),
    (frames.ReceiptMark, {"read_number": 1}),
    (frames.TypingStart, {}),
    (frames.TypingStop, {}),
    (frames.ConversationOpen, {}),
    (frames.ConversationClose, {}),
    (frames.TimelineSync, {"after": 0}),
    (frames.TimelineHistory, {}),
]


@pytest.fixture
def company(db):
    return make_company()


def test_every_frame_has_a_command():
    assert set(typing.get_args(frames.AnyFrame)) == set(commands.COMMANDS) | WITHOUT_COMMAND


def test_every_frame_about_a_conversation_is_tried_by_an_outsider():
    about = {each for each in typing.get_args(frames.AnyFrame) if "conversation" in each.__struct_fields__}
    assert about == {shape for shape, _ in ABOUT_A_CONVERSATION}


async def test_charlie_may_nothing_and_learns_nothing(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        charlie = await sockets.open(company.tokens["charlie"])
        said = await alice.ask(
            frames.MessageSend, conversation=company.group, client_key="alice-001", body={"text": "secret"}
        )
        assert isinstance(said, Accepted)
        for conversation in (company.group, 987_654):
            for shape, fields in ABOUT_A_CONVERSATION:
                answer = await charlie.ask(shape, conversation=conversation, **fields)
                assert isinstance(answer, Failed), shape
                assert answer.error == "not_a_member", shape
                assert "secret" not in answer.message
        inbox = await charlie.ask(frames.InboxSync, positions={company.group: 1})
        assert company.group not in {each.conversation for each in inbox.states}
        assert inbox.gone == [company.group]
        await charlie.send(frames.SyncAck(positions={company.group: said.seq}))
        assert await charlie.is_quiet()
        assert charlie.events == []
    assert not await sync_to_async(
        Membership.objects.filter(user=company.user("charlie"), conversation=company.group).exists
    )()


async def test_requests_of_a_member(company):
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        assert isinstance(await bob.ask(frames.Ping), PongReply)
        people = await bob.ask(frames.PeopleGet, users=[company.user("alice"), company.user("charlie"), 99_999])
        assert isinstance(people, PeoplePage)
        assert {each.username for each in people.people} == {"alice", "charlie"}
        said = await alice.ask(
            frames.MessageSend, conversation=company.group, client_key="alice-001", body={"text": "one"}
        )
        history = await bob.ask(frames.TimelineHistory, conversation=company.group)
        assert isinstance(history, TimelinePage)
        assert history.events[-1].seq == said.seq == history.head_seq
        gap = await bob.ask(frames.TimelineSync, conversation=company.group, after=said.seq - 1)
        assert isinstance(gap, TimelineEntries)
        assert [each.seq for each in gap.events] == [said.seq]
        inbox = await bob.ask(frames.InboxSync)
        assert isinstance(inbox, InboxPage)
        assert next(each for each in inbox.states if each.conversation == company.group).unread == 1
        for shape in (frames.ConversationOpen, frames.ConversationClose):
            assert isinstance(await bob.ask(shape, conversation=company.group), Done)


async def test_reading_is_stored_told_and_moves_the_own_devices(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        phone, laptop = [await sockets.open(company.tokens["bob"]) for _ in range(2)]
        said = await alice.ask(
            frames.MessageSend, conversation=company.group, client_key="alice-001", body={"text": "one"}
        )
        answer = await phone.ask(frames.ReceiptMark, conversation=company.group, read_number=said.number)
        assert isinstance(answer, Done)
        read = await alice.event(ReceiptRead, user=company.user("bob"))
        assert read.read_number == said.number
        assert (await laptop.event(ReadMoved, target=company.group)).read_number == said.number
    seat = await sync_to_async(Membership.objects.get)(user=company.user("bob"), conversation=company.group)
    assert seat.read_number == said.number


async def test_acks_become_delivered_positions(company):
    before = REGISTRY.get_sample_value("parley_ack_seconds_count", {"path": "live"}) or 0
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        said = await alice.ask(
            frames.MessageSend, conversation=company.group, client_key="alice-001", body={"text": "one"}
        )
        await bob.event(MessageCreated, seq=said.seq)
        held = await alice.event(ReceiptDelivered, user=company.user("bob"))
        assert held.delivered_seq == said.seq
    assert REGISTRY.get_sample_value("parley_ack_seconds_count", {"path": "live"}) > before, (
        "and how long it took is told"
    )


async def test_typing_is_told_to_the_others_and_stored_nowhere(company):
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        assert isinstance(await alice.ask(frames.TypingStart, conversation=company.group), Done)
        assert (await bob.event(TypingStarted)).user == company.user("alice")
        assert isinstance(await alice.ask(frames.TypingStop, conversation=company.group), Done)
        await bob.event(TypingStopped, user=company.user("alice"))


async def test_a_direct_conversation_is_opened_once_and_both_follow_it_at_once(company):
    async with door() as sockets:
        alice, charlie = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["charlie"])
        page = await alice.ask(frames.DirectOpen, user=company.user("charlie"))
        assert isinstance(page, ConversationPage)
        assert page.state.peer == company.user("charlie")
        await charlie.joined(page.state.conversation)
        again = await charlie.ask(frames.DirectOpen, user=company.user("alice"))
        assert again.state.conversation == page.state.conversation
        said = await alice.ask(
            frames.MessageSend, conversation=page.state.conversation, client_key="alice-001", body={"text": "hi"}
        )
        await charlie.told(page.state.conversation, said.seq)


async def test_who_joins_hears_it_and_who_leaves_hears_no_more(company):
    async with door() as sockets:
        alice, charlie = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["charlie"])
        change = {"actor": company.scene.alice, "conversation": company.group, "users": [company.user("charlie")]}
        await sync_to_async(members.add_members)(**change)
        await charlie.joined(company.group)
        await alice.event(MemberAdded)
        fields = {"conversation": company.group, "body": {"text": "welcome"}}
        said = await alice.ask(frames.MessageSend, client_key="alice-001", **fields)
        await charlie.told(company.group, said.seq)
        await sync_to_async(members.remove_members)(**change)
        assert (await charlie.ask(frames.Ping)) is not None
        said = await alice.ask(frames.MessageSend, client_key="alice-002", **fields)
        await alice.event(MessageCreated, seq=said.seq)
        refused = await charlie.ask(frames.TimelineSync, conversation=company.group, after=0)
        assert refused.error == "not_a_member"
        assert not any(
            getattr(each, "seq", 0) == said.seq for each in charlie.events if each.conversation == company.group
        )


async def test_presence_is_answered_and_changes_are_told_to_those_who_watch(company):
    async with door() as sockets:
        bob = await sockets.open(company.tokens["bob"])
        page = await bob.ask(frames.PresenceGet, users=[company.user("alice")])
        assert isinstance(page, PresencePage)
        assert page.statuses == {}
        await sockets.open(company.tokens["alice"])
        changed = await bob.event(PresenceChanged, user=company.user("alice"))
        assert changed.status == presence.ONLINE
        page = await bob.ask(frames.PresenceGet, users=[company.user("alice"), company.user("charlie")])
        assert page.statuses == {company.user("alice"): presence.ONLINE}
        # The list replaces the last one.
        await bob.ask(frames.PresenceGet, users=[])
        assert not any(topic.startswith("presence.") for topic in sockets.gateway.hub.topics)


async def test_too_many_open_conversations_are_refused(company, monkeypatch):
    monkeypatch.setattr(commands.limits, "MAX_OPEN", 1)
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        assert isinstance(await alice.ask(frames.ConversationOpen, conversation=company.group), Done)
        direct = await alice.ask(frames.DirectOpen, user=company.user("bob"))
        answer = await alice.ask(frames.ConversationOpen, conversation=direct.state.conversation)
        assert answer.error == "conflict"


async def test_what_breaks_inside_is_told_in_general_words(company, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("password=hunter2")

    monkeypatch.setattr(commands.selectors, "list_inbox", broken)
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        answer = await alice.ask(frames.InboxSync)
        assert answer.error == "internal"
        assert "hunter2" not in answer.message
        assert isinstance(await alice.ask(frames.Ping), PongReply)
