"""The asyncio side over a real WebSocket: a small server in the process that speaks through the fake one."""

import asyncio
import os
import stat

import pytest
from fake_server import AT, FakeServer
from parley_sdk import Client, Closed, MessageCreated, ServerError, SqliteStorage, State, WriteState
from parley_sdk.codec import CODECS
from parley_sdk.network.websocket import WebSocketTransport
from parley_sdk.runtime import LoopClock, Tokens
from parley_sdk.terminal import lines
from parley_sdk.terminal.chat import Chat
from parley_sdk.terminal.credentials import Credentials
from parley_sdk.wire import events as ev
from parley_sdk.wire import rules
from parley_sdk.wire.replies import ConversationPage, Failed, PeoplePage, Person
from websockets.asyncio.server import serve

ALICE, BOB, GROUP, PAIR = 1, 2, 50, 51
NAMES = {ALICE: Person(id=ALICE, username="alice", name="Alice"), BOB: Person(id=BOB, username="bob", name="Bob")}


class Wire:
    """Carries what the fake server says over a real socket."""

    def __init__(self, socket):
        self.socket = socket
        self.codec = CODECS[socket.subprotocol]
        self.tasks = set()

    def deliver(self, data):
        task = asyncio.ensure_future(self.socket.send(data))
        self.tasks.add(task)
        task.add_done_callback(lambda done: (self.tasks.discard(done), done.exception()))

    def cut(self):
        self.socket.transport.abort()


class Place:
    """A server on a port, with a group and a direct conversation of Alice and Bob."""

    async def __aenter__(self):
        self.fake = FakeServer(LoopClock())
        self.fake.add(GROUP, [ALICE, BOB])
        self.fake.add(PAIR, [ALICE, BOB], kind="direct")
        self.server = await serve(
            self.talk,
            "127.0.0.1",
            0,
            subprotocols=[rules.SUBPROTOCOL_BINARY, rules.SUBPROTOCOL_JSON],
            close_timeout=0.2,
        )
        self.port = next(iter(self.server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self.server.close()
        await self.server.wait_closed()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    async def talk(self, socket):
        session = self.fake.session(Wire(socket))
        session.do_people_get = lambda frame: session.send(
            PeoplePage(id=frame.id, people=[NAMES[user] for user in frame.users if user in NAMES])
        )
        session.do_direct_open = lambda frame: session.send(
            ConversationPage(id=frame.id, state=self.fake.row(self.fake.conversations[PAIR], session.user))
        )
        try:
            async for data in socket:
                session.received(data)
        finally:
            session.closed()


@pytest.fixture
async def place():
    async with Place() as made:
        yield made


async def until(condition):
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - whatever it is about
            await asyncio.sleep(0.01)


async def test_two_clients_talk(place):
    async with Client(place.url, token="1") as alice, Client(place.url, token="2") as bob:
        events = bob.events(MessageCreated)
        waiting = asyncio.ensure_future(anext(events))
        await asyncio.sleep(0)
        handle = alice.conversation(GROUP).send("Hello 世界")
        assert handle.state in {WriteState.PENDING, WriteState.SENDING}
        accepted = await handle.sent
        assert (handle.state, handle.seq, accepted.at) == (WriteState.SENT, 1, AT)
        event = await asyncio.wait_for(waiting, 5)
        assert (event.sender, event.body) == (ALICE, {"text": "Hello 世界"})
        assert bob.conversation(GROUP).unread == bob.unread == 1
        bob.conversation(GROUP).mark_read()
        await until(lambda: alice.engine.signals.read.get(GROUP) == {BOB: 1})
        await bob.conversation(GROUP).react(1, "👍").sent
        await until(lambda: alice.conversation(GROUP).messages[0].reactions == {"👍": [BOB]})
        await alice.conversation(GROUP).edit(1, "Hello").sent
        await alice.conversation(GROUP).recall(1).sent
        await until(lambda: bob.conversation(GROUP).messages[0].recalled_at)
        await events.aclose()


async def test_a_refusal_comes_out_of_the_handle(place):
    async with Client(place.url, token="1") as alice:
        handle = alice.conversation(99).send("x")
        with pytest.raises(ServerError) as caught:
            await handle.sent
        assert caught.value.code == "not_a_member"
        assert handle.state is WriteState.FAILED
        assert handle.cancel()


async def test_direct_people_and_history(place):
    async with Client(place.url, token="1") as alice:
        chat = await alice.direct(BOB)
        for number in range(3):
            await chat.send(f"{number}").sent
        assert (await alice.people([BOB, 77]))[BOB].name == "Bob"
        async with Client(place.url, token="1") as again:
            entries = await again.conversation(chat.id).load_older()
            assert [entry.body["text"] for entry in entries] == ["0", "1", "2"]
            assert not again.conversation(chat.id).has_older


async def test_a_final_refusal_raises_closed(place):
    place.fake.hello = lambda frame: Failed(id=frame.id, error="unauthenticated", message="No.")
    client = Client(place.url, token="1")
    with pytest.raises(Closed) as caught:
        await client.connect()
    assert caught.value.reason == 4401
    assert client.state is State.CLOSED
    await client.aclose()


async def test_it_comes_back_by_itself(place):
    async with Client(place.url, token="1") as alice:
        place.fake.sessions[0].link.cut()
        await until(lambda: alice.state is not State.ONLINE)
        await until(lambda: alice.engine.synced)
        assert (await alice.conversation(GROUP).send("back").sent).seq == 1


async def test_json_works_as_well(place):
    transport = WebSocketTransport(f"ws://127.0.0.1:{place.port}/ws/v1/", [rules.SUBPROTOCOL_JSON])
    async with Client(place.url, token="1", transport=transport) as alice:
        assert (await alice.conversation(GROUP).send("x").sent).number == 1
    await transport.aclose()


async def test_unsent_messages_survive_the_process(place, tmp_path):
    first = Client("http://127.0.0.1:9", token="1", storage=SqliteStorage(tmp_path / "a.sqlite3"))
    first.engine.connection.start()
    first.conversation(GROUP).send("kept")
    await first.aclose()
    async with Client(place.url, token="1", storage=SqliteStorage(tmp_path / "a.sqlite3")):
        await until(lambda: place.fake.conversations[GROUP].log)
    assert place.fake.conversations[GROUP].log[0].body == {"text": "kept"}


async def test_a_token_function_is_asked_when_the_token_is_expired(place):
    given = iter(["1", "1"])
    asked = []

    async def get():
        asked.append(1)
        return next(given)

    async with Client(place.url, token=get) as alice:
        link = place.fake.sessions[0].link
        await link.socket.close(4101, "expired")
        await until(lambda: alice.engine.synced and len(asked) == 2)


async def test_a_fixed_token_that_expired_is_the_end():
    answers = []
    Tokens("x").fetch(renew=True, done=answers.append)
    assert isinstance(answers[0], PermissionError)


async def test_the_terminal_client(place, tmp_path):
    shown, typed = [], asyncio.Queue()
    chat = Chat(place.url, Credentials(place.url, "1", tmp_path / "tokens.json"), write=shown.append, read=typed.get)

    async def find(words):
        raise LookupError(f"There is nobody called {words}.")

    running = asyncio.ensure_future(chat.run())
    await until(lambda: shown)
    assert shown[0].startswith("Signed in as user 1.")
    async with Client(place.url, token="2") as bob:
        await bob.conversation(GROUP).send("Hi\x1b[2J there").sent
        await until(lambda: any("Hi[2J there" in line for line in shown))
        for line in ("/inbox", "/open 1", "/history", "Hello from the terminal", "/who", "/nonsense", "/help"):
            typed.put_nowait(line)
        await until(lambda: len(place.fake.conversations[GROUP].log) + len(place.fake.conversations[PAIR].log) == 2)
        await until(lambda: any("/history" in line for line in shown))
    typed.put_nowait("/quit")
    assert await asyncio.wait_for(running, 5) == 0
    text = "\n".join(shown)
    for part in ("Bob", "There is no command /nonsense", "This is the beginning.", "online"):
        assert part in text


async def test_the_terminal_says_when_nothing_is_open(place, tmp_path):
    shown, typed = [], asyncio.Queue()
    chat = Chat(place.url, Credentials(place.url, "1", tmp_path / "t.json"), write=shown.append, read=typed.get)
    for line in ("hello?", "/msg bob", "", None):
        typed.put_nowait(line)
    assert await asyncio.wait_for(chat.run(), 5) == 0
    assert "! 'No conversation is open; /open NAME or /inbox'" in shown or any(
        "No conversation" in line for line in shown
    )
    assert "/msg NAME TEXT" in shown


async def test_saved_tokens_are_for_their_owner_alone(tmp_path, monkeypatch):
    path = tmp_path / "parley" / "tokens.json"
    credentials = Credentials("http://x", path=path)
    credentials._write({"alice@http://x": "ply_1"})
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert await credentials.token_of("Alice") == "ply_1"
    credentials.forget("alice")
    monkeypatch.setenv("PARLEY_PASSWORD", "x")
    with pytest.raises(Exception, match=r".+"):
        await Credentials("http://127.0.0.1:9", path=path).token_of("alice")


def test_lines_show_every_kind_of_entry():
    base = {"conversation": 7, "seq": 1, "at": 0, "sender": BOB}
    said = ev.MessageCreated(
        **base, number=1, kind="image", body={"name": "a.png"}, reactions={"👍": [1, 2]}, edited_at=5
    )
    assert lines.entry_line(said, NAMES).endswith("Bob: [image] a.png (edited) 👍2")
    assert lines.preview(ev.MessageCreated(**base, number=1, kind="poll", body={})) == "[poll] [poll]"
    for entry, part in [
        (ev.MemberAdded(**base, users=[1, 9], member_count=2), "Alice, user 9 joined"),
        (ev.MemberRemoved(**base, users=[2], member_count=1), "Bob left"),
        (ev.ConversationCreated(**base, kind="group"), "begins"),
        (ev.ConversationUpdated(**base, title="x"), "changed"),
    ]:
        assert part in lines.entry_line(entry, NAMES)
