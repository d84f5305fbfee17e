"""The promises of delivery, between the real kit and real gateways over a bad network: client ledgers against the table.

Random schedules of loss, doubling, delay, reordering and cuts end with ledger = table, one order, equal unread on all
devices; one key stores one row; many senders make one gapless order; kill -9 loses nothing that was acknowledged.
"""

import asyncio
import contextlib
import random
import time

import pytest
from parley_sdk import Client, ServerError, WriteState
from parley_sdk.link import outbox, rpc
from parley_sdk.network.websocket import WebSocketTransport
from parley_sdk.wire.events import MessageCreated
from parley_sdk.wire.frames import MessageSend
from parley_sdk.wire.replies import Accepted

from tests.fault_proxy import FaultProxy, Faults
from tests.gateways import Deployment, is_scaled

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
PEOPLE = 50
SETTLE_SECONDS = 90


@pytest.fixture(scope="module")
def deployment():
    made = Deployment(PEOPLE, gateways=2 if is_scaled() else 1)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Short patience, so that a lost answer costs a second and not ten."""
    monkeypatch.setattr(outbox, "ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(outbox, "ATTEMPTS", 60)
    monkeypatch.setattr(rpc, "ANSWER_SECONDS", 1.5)


class Device:
    """A client and its ledger: every durable event in the order in which the application saw it."""

    def __init__(self, deployment, person, url="", gateway=0):
        self.user, token = deployment.people[person]
        transport = WebSocketTransport(url or deployment.socket_url(gateway))
        self.client = Client(deployment.url(gateway), token=token, transport=transport)
        self.client.api.token = token
        self.ledger = {}
        self.handles = []
        self.reactions = []
        self.client.on("event", self._saw)

    def _saw(self, event):
        if hasattr(event, "seq"):
            self.ledger.setdefault(event.conversation, []).append(event)

    def say(self, conversation, text, **more):
        handle = self.client.conversation(conversation).send(text, **more)
        self.handles.append(handle)
        return handle

    def settled(self):
        return all(handle.state in {WriteState.SENT, WriteState.FAILED} for handle in [*self.handles, *self.reactions])


@contextlib.asynccontextmanager
async def devices(deployment, *people, urls=None, gateways=None):
    made = [
        Device(deployment, person, urls()[index] if urls else "", gateways[index] if gateways else 0)
        for index, person in enumerate(people)
    ]
    try:
        await asyncio.gather(*(device.client.connect() for device in made))
        yield made
    finally:
        await asyncio.gather(*(device.client.aclose() for device in made))


async def new_group(device, members):
    state = await device.client.api.create_group("Delivery", members)
    return state.conversation


async def until(condition, seconds=SETTLE_SECONDS, why="it did not settle"):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, why() if callable(why) else why
        await asyncio.sleep(0.05)


def short(event):
    """What a ledger and the table can both say."""
    number = event.number if isinstance(event, MessageCreated) else None
    return [event.seq, number, type(event).__struct_config__.tag, event.sender or None, event.client_key or None]


async def heads_of(deployment, person, conversation):
    async with devices(deployment, person) as [fresh]:
        return fresh.client.conversation(conversation).state.head_seq


async def converge(deployment, made, conversation):
    """Until every device is online, has written what it had to write, and holds what a fresh client is told."""

    def quiet():
        return all(device.settled() and device.client.engine.synced for device in made)

    await until(
        quiet, why=lambda: str([(d.client.state, [h.state for h in d.handles if h.state != "sent"]) for d in made])
    )
    head = await heads_of(deployment, made[0].user - deployment.people[0][0], conversation)
    held = lambda: [device.client.engine.streams[conversation].held for device in made]  # noqa: E731
    await until(lambda: held() == [head] * len(made), why=lambda: f"held {held()}, head {head}")
    await asyncio.sleep(0.5)


async def check(deployment, made, conversation):
    """Ledger = table, one order; unread and timelines as a fresh client of the same person is told."""
    table = await asyncio.to_thread(deployment.table, conversation)
    rows = [row[:5] for row in table]
    assert [row[0] for row in rows] == list(range(1, len(rows) + 1)), "gapless"
    assert [row[1] for row in rows if row[1]] == list(range(1, len([row for row in rows if row[1]]) + 1))
    for device in made:
        ledger = [short(event) for event in device.ledger.get(conversation, [])]
        assert ledger == [row for row in rows if ledger and row[0] >= ledger[0][0]]
        assert len(ledger) >= len(rows) - 2, "all but the group's first entries came by themselves"
        async with devices(deployment, device.user - deployment.people[0][0]) as [fresh]:
            told, here = (each.client.conversation(conversation) for each in (fresh, device))
            while told.has_older:
                await told.load_older()
            assert here.unread == told.unread
            assert here.state.read_number == told.state.read_number
            assert here.state.unread_mentions == told.state.unread_mentions
            assert here.messages == told.messages[len(told.messages) - len(here.messages) :]
    stored = [row[4] for row in rows if row[4]]
    assert sorted(set(stored)) == sorted(stored), "nothing doubled"
    for handle in (each for device in made for each in device.handles if each.state is WriteState.SENT):
        assert rows[handle.seq - 1][4] == handle.client_key, "what was acknowledged is where the answer said"
    return rows


async def act(rng, device, conversation):
    """One random thing that a person does."""
    chat = device.client.conversation(conversation)
    own = [each for each in chat.messages if each.sender == device.user and not each.recalled_at]
    alive = [each for each in chat.messages if not each.recalled_at]
    match rng.randrange(10):
        case 0 | 1 | 2 | 3 | 4:
            device.say(conversation, f"message {len(device.handles)} of {device.user}")
        case 5 if own:
            device.handles.append(chat.edit(rng.choice(own).seq, f"edited {len(device.handles)}"))
        case 6 if own:
            device.handles.append(chat.recall(rng.choice(own).seq))
        case 7 if alive:
            device.reactions.append(chat.react(rng.choice(alive).seq, rng.choice(["👍", "🎉"])))
        case 8:
            chat.mark_read()
        case _:
            chat.type()


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
async def test_random_trouble_ends_with_ledger_equal_to_the_table(deployment, seed):
    rng = random.Random(seed)
    proxy = FaultProxy(deployment.socket_url(), seed)
    async with proxy, devices(deployment, 0, 0, 1, urls=lambda: [proxy.url] * 3) as made:
        conversation = await new_group(made[0], [deployment.people[1][0]])
        await until(lambda: all(conversation in each.client.engine.inbox.rows for each in made))
        for _ in range(4):
            proxy.faults = Faults(
                loss=rng.choice([0, 0.1, 0.3]), double=rng.choice([0, 0.2]), jitter=rng.choice([0, 0.3]), cut=0.01
            )
            for _ in range(25):
                await act(rng, rng.choice(made), conversation)
                await asyncio.sleep(rng.random() * 0.1)
            if rng.random() < 0.5:
                await proxy.cut_all()
        proxy.faults = Faults()
        await converge(deployment, made, conversation)
        await check(deployment, made, conversation)
        assert proxy.counts["lost"] + proxy.counts["cut"] + proxy.counts["doubled"] > 0


async def test_a_thousand_resends_of_one_key_store_one_row(deployment):
    """From ten devices at once, as fast as the server's rate allows."""
    async with devices(deployment, *[0] * 10) as made:
        conversation = await new_group(made[0], [deployment.people[1][0]])
        frame = MessageSend(id=0, conversation=conversation, client_key="the-same-key-1000", body={"text": "once"})

        async def resend(device):
            answers = []
            while len(answers) < 100:
                try:
                    answers.append(await device.client.request(frame, Accepted))
                except ServerError as problem:
                    if problem.code != "rate_limited":
                        raise
                    await asyncio.sleep(problem.retry_after)
            return answers

        answers = [answer for part in await asyncio.gather(*map(resend, made)) for answer in part]
        assert len(answers) == 1_000
        assert len({(answer.seq, answer.number, answer.at) for answer in answers}) == 1
        assert sum(not answer.duplicate for answer in answers) == 1
    rows = await asyncio.to_thread(deployment.table, conversation)
    assert len([row for row in rows if row[4] == "the-same-key-1000"]) == 1


async def test_fifty_senders_make_one_gapless_order_on_every_receiver(deployment):
    """Through two gateway processes in the scaled form, through one otherwise."""
    gateways = [index % len(deployment.ports) for index in range(PEOPLE)]
    async with devices(deployment, *range(PEOPLE), gateways=gateways) as made:
        conversation = await new_group(made[0], [user for user, _ in deployment.people[1:]])
        await until(lambda: all(conversation in each.client.engine.inbox.rows for each in made))
        handles = [device.say(conversation, f"{turn}") for turn in range(8) for device in made]
        await asyncio.wait_for(asyncio.gather(*(handle.sent for handle in handles)), SETTLE_SECONDS)
        seqs = sorted(handle.seq for handle in handles)
        assert seqs == list(range(seqs[0], seqs[0] + len(handles))), "gapless"
        await until(
            lambda: all(each.client.engine.streams[conversation].held == seqs[-1] for each in made),
            why=lambda: str([each.client.engine.streams[conversation].held for each in made]),
        )
        orders = {
            tuple((event.seq, event.client_key) for event in each.ledger[conversation] if event.seq >= seqs[0])
            for each in made
        }
        assert len(orders) == 1, "identical on every receiver"
        for device in made:
            own = [handle.seq for handle in device.handles]
            assert own == sorted(own), "a person's messages keep their order"
    rows = await asyncio.to_thread(deployment.table, conversation)
    assert [(row[0], row[4]) for row in rows if row[0] >= seqs[0]] == list(orders.pop())


async def test_kill_9_of_the_gateway_loses_nothing_acknowledged_and_doubles_nothing(deployment):
    async with devices(deployment, 0, 1, 2) as made:
        conversation = await new_group(made[0], [user for user, _ in deployment.people[1:3]])
        await until(lambda: all(conversation in each.client.engine.inbox.rows for each in made))

        async def talk(device):
            for turn in range(40):
                device.say(conversation, f"{turn}")
                await asyncio.sleep(0.03)

        talking = [asyncio.create_task(talk(device)) for device in made]
        await asyncio.sleep(0.6)
        acknowledged = [h.client_key for d in made for h in d.handles if h.state is WriteState.SENT]
        await asyncio.to_thread(deployment.kill, 0)
        await asyncio.gather(*talking)
        deployment.start(0)
        await asyncio.to_thread(deployment.wait, 0)
        for device in made:
            device.client.engine.connection.retry_now()
        await converge(deployment, made, conversation)
        rows = await check(deployment, made, conversation)
        assert acknowledged
        assert set(acknowledged) <= {row[4] for row in rows}
        assert len([row for row in rows if row[1]]) == 120, "everything said is there once"
