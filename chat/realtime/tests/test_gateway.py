"""What sessions share: healing what the layer lost, attention, acks, and a layer that is away."""

import asyncio

import pytest
from asgiref.sync import sync_to_async

from chat import relay, selectors
from chat.models import Entry
from chat.realtime import gateway, session
from chat.realtime.gateway import further
from chat.realtime.tests.company import company as make_company
from chat.realtime.tests.sockets import Socket, door, until
from chat.services import conversations, members
from chat.services.receipts import Mark
from chat.tests.factories import people, send
from protocol import limits
from protocol.errors import CloseCode, Unavailable
from protocol.events import ConversationAdvanced, MentionReceived, MessageCreated, MessageRecalled
from protocol.frames import ConversationOpen, MessageRecall, MessageSend, TimelineSync
from protocol.replies import Accepted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(db):
    return make_company()


@pytest.fixture
def hurried(monkeypatch):
    """The clocks of the gateway, fast."""
    monkeypatch.setattr(gateway, "HEADS_SECONDS", 0.5)
    monkeypatch.setattr(gateway, "UNDER_WAY_SECONDS", 0.1)


def lose(monkeypatch, here: gateway.Gateway, topic: str) -> list:
    """The layer loses everything of ``topic`` from now on."""
    lost, deliver = [], here.hub.deliver

    def lossy(message, now):
        if message["topic"] == topic:
            lost.append(message)
        else:
            deliver(message, now)

    monkeypatch.setattr(here.hub, "deliver", lossy)
    return lost


async def test_a_lost_last_message_is_noticed_by_its_head(company, monkeypatch, hurried):
    async with door() as sockets:
        bob = await sockets.open(company.tokens["bob"])
        lost = lose(monkeypatch, sockets.gateway, f"conv.{company.group}")
        said = await sync_to_async(send)(company.scene.alice, company.group)
        while not any(ping.heads.get(company.group) == said.seq for ping in bob.pings):
            await bob.next_frame()
        assert lost
        gap = await bob.ask(TimelineSync, conversation=company.group, after=said.seq - 1)
        assert [each.seq for each in gap.events] == [said.seq]


async def test_a_lost_join_is_noticed_and_followed(company, monkeypatch, hurried):
    async with door() as sockets:
        charlie = await sockets.open(company.tokens["charlie"])
        lose(monkeypatch, sockets.gateway, f"user.{company.user('charlie')}")
        add = {"actor": company.scene.alice, "conversation": company.group, "users": [company.user("charlie")]}
        await sync_to_async(members.add_members)(**add)
        while not any(charlie.welcome.personal in ping.heads for ping in charlie.pings):
            await charlie.next_frame()
        follower = next(iter(sockets.gateway.peers))
        await until(lambda: sockets.gateway.hub.follows(follower, company.group))
        said = await sync_to_async(send)(company.scene.alice, company.group)
        await charlie.told(company.group, said.seq)


async def test_a_large_conversation_comes_as_hints_until_it_is_opened(company, settings):
    settings.CHAT_LARGE_CONVERSATION = 2
    crowd = await sync_to_async(people)(3)
    await sync_to_async(members.add_members)(actor=company.scene.alice, conversation=company.group, users=crowd)
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        fields = {"conversation": company.group, "body": {"text": "to all"}}
        said = await alice.ask(MessageSend, client_key="alice-001", **fields)
        assert isinstance(said, Accepted)
        hint = await bob.event(ConversationAdvanced)
        assert (hint.head_seq, hint.last_number) == (said.seq, said.number)
        mention = await alice.ask(MessageSend, client_key="alice-002", mentions=[company.user("bob")], **fields)
        named = await bob.event(MentionReceived)
        assert named.message.seq == mention.seq
        recall = await alice.ask(MessageRecall, conversation=company.group, client_key="alice-003", target=said.seq)
        await bob.event(MessageRecalled, seq=recall.seq)
        assert not any(isinstance(each, MessageCreated) for each in bob.events)
        await bob.ask(ConversationOpen, conversation=company.group)
        said = await alice.ask(MessageSend, client_key="alice-004", **fields)
        await bob.event(MessageCreated, seq=said.seq)


async def test_who_never_acks_is_told_again_and_closed(company, monkeypatch):
    monkeypatch.setattr(limits, "ACK_SECONDS", 1)
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        bob.acking = False
        await alice.ask(MessageSend, conversation=company.group, client_key="alice-001", body={"text": "hi"})
        assert await bob.until_closed() == CloseCode.ACKS_MISSED
        assert sum(company.group in ping.heads for ping in bob.pings) == limits.ACK_REPEATS


async def test_a_new_group_reaches_its_members_sockets_at_once(company):
    async with door() as sockets:
        bob = await sockets.open(company.tokens["bob"])
        made = await sync_to_async(conversations.create_group)(
            actor=company.scene.alice, title="Second", members=[company.user("bob")]
        )
        await bob.joined(made.pk)
        said = await sync_to_async(send)(company.scene.alice, made.pk)
        await bob.told(made.pk, said.seq)
        later = await sync_to_async(send)(company.scene.alice, made.pk)
        await bob.event(MessageCreated, seq=later.seq)


async def test_without_a_layer_people_still_come_in_and_send(company, monkeypatch):
    monkeypatch.setattr(gateway, "JOIN_SECONDS", 0.05)

    class Away:
        async def new_channel(self, prefix):
            raise ConnectionError

        async def group_send(self, group, message):
            raise ConnectionError

    monkeypatch.setattr(gateway, "get_channel_layer", Away)
    monkeypatch.setattr(relay, "get_channel_layer", Away)
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        answer = await alice.ask(MessageSend, conversation=company.group, client_key="alice-001", body={"text": "hi"})
        assert isinstance(answer, Accepted)


async def test_a_burst_of_many_sockets_is_few_frames_and_one_order(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        bobs = [await sockets.open(company.tokens["bob"]) for _ in range(10)]
        count = 100
        for number in range(count):
            await alice.send(
                MessageSend(
                    id=1000 + number, conversation=company.group, client_key=f"a-{number:06d}", body={"text": "x"}
                )
            )
        for bob in bobs:
            while sum(isinstance(each, MessageCreated) for each in bob.events) < count:
                await bob.next_frame()
        orders = {tuple(each.seq for each in bob.events if isinstance(each, MessageCreated)) for bob in bobs}
        assert len(orders) == 1
        (order,) = orders
        assert list(order) == sorted(order)
        assert len(set(order)) == count


async def test_one_gateway_per_loop_and_a_new_one_after_the_end():
    first = gateway.get()
    assert gateway.get() is first
    await first.stop()
    await first.stop()
    second = gateway.get()
    assert second is not first
    await second.stop()


def test_marks_only_grow_together():
    one = Mark(actor=None, conversation=1, read_number=5, delivered_seq=1)
    two = Mark(actor=None, conversation=1, read_number=3, delivered_seq=9)
    assert further(one, two) == Mark(actor=None, conversation=1, read_number=5, delivered_seq=9)


async def test_requests_over_the_rate_are_refused_then_the_socket_closed(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        for number in range(int(limits.FRAME_BURST) + session.TOO_FAST_LIMIT + 80):
            await alice.send_raw(b'{"type":"typing.start","id":%d,"conversation":%d}' % (number + 1, company.group))
        answers = []
        while (frame := await alice.next_frame()) is not None:
            answers.append(frame)
        assert alice.closed == CloseCode.TOO_FAST
        refusals = [each for each in answers if getattr(each, "error", "") == "rate_limited"]
        assert refusals
        assert all(each.retry_after > 0 for each in refusals)
        await asyncio.sleep(0)


async def test_who_leaves_while_the_subscriptions_are_read_is_not_subscribed(company, monkeypatch):
    async with door() as sockets:
        bob = await sockets.open(company.tokens["bob"])
        (follower,) = sockets.gateway.peers
        read, loop = selectors.list_subscriptions, asyncio.get_running_loop()

        def slow(user):
            found = read(user)
            members.leave(actor=company.scene.bob, conversation=company.group)
            asyncio.run_coroutine_threadsafe(
                until(lambda: not sockets.gateway.hub.follows(follower, company.group)), loop
            ).result(10)
            return found

        monkeypatch.setattr(gateway.selectors, "list_subscriptions", slow)
        await sockets.gateway.refresh(follower)
        assert not sockets.gateway.hub.follows(follower, company.group)
        assert bob.closed == 0


async def test_an_ending_gateway_answers_what_it_took_and_takes_nothing_more(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        said = {"conversation": company.group, "body": {"text": "x"}}
        for number in range(20):
            await alice.send(MessageSend(id=100 + number, client_key=f"before-{number:02}", **said))
        await asyncio.sleep(0)  # they are read
        drained = asyncio.create_task(sockets.gateway.drain())
        await asyncio.sleep(0)
        await alice.send(MessageSend(id=200, client_key="after-it-began", **said))
        answers = []
        while (frame := await alice.next_frame()) is not None:
            answers.append(frame)
        await drained
        assert alice.closed == CloseCode.GOING_AWAY
        accepted = {each.client_key for each in answers if isinstance(each, Accepted)}
        stored = Entry.objects.filter(client_key__isnull=False, conversation=company.group)
        assert set(await sync_to_async(list)(stored.values_list("client_key", flat=True))) == accepted
        assert "after-it-began" not in accepted


async def test_a_loop_whose_server_ended_gets_no_second_gateway(company):
    async with door():
        await gateway.stop()
        with pytest.raises(Unavailable):
            gateway.get()
        late = Socket()
        assert await late.connect()
        assert await late.until_closed() == CloseCode.GOING_AWAY
