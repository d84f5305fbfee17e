"""The client of an application: connect, conversations, people, files, events. asyncio.

>>> async def main():
...     async with Client("http://localhost:8000", token="ply_…") as client:
...         chat = await client.direct("bob")
...         await chat.send("Hello, Bob").sent
...         async for event in client.events(MessageCreated):
...             print(event.sender, event.body)
>>> asyncio.run(main())  # doctest: +SKIP
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit, urlunsplit

from parley_sdk.conversation import Conversation, SendHandle
from parley_sdk.engine import Engine
from parley_sdk.errors import Closed, ParleyError
from parley_sdk.http import Api, Uploaded
from parley_sdk.link.outbox import Item
from parley_sdk.link.rpc import Answer
from parley_sdk.network.connection import Change, Ports, State
from parley_sdk.network.websocket import WebSocketTransport
from parley_sdk.ports import Storage, Transport
from parley_sdk.runtime import LoopClock, TokenFunction, Tokens
from parley_sdk.storage import MemoryStorage
from parley_sdk.wire.events import AnyEvent, ConversationState
from parley_sdk.wire.frames import AnyFrame, DirectOpen, PeopleGet
from parley_sdk.wire.replies import AnyReply, ConversationPage, PeoplePage, Person, Welcome

E = TypeVar("E")
#: Ids in one request for names.
MAX_PEOPLE = 200


class Client:
    """See the module. ``url``: the server's root, http(s). ``token``: a bearer token, or a function that gets one.

    ``storage`` keeps unsent writes over restarts (``SqliteStorage``); without one they are forgotten. ``every_entry``:
    after an absence all missed entries come as events; without it long absences come as changed inbox rows only.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | TokenFunction,
        storage: Storage | None = None,
        transport: Transport | None = None,
        name: str = "parley-python",
        every_entry: bool = True,
    ) -> None:
        self.url = url.rstrip("/")
        self.tokens = Tokens(token)
        self.api = Api(url)
        self._transport = transport or WebSocketTransport(socket_url(url))
        self._people: dict[int, Person] = {}
        self._handles: dict[str, SendHandle] = {}
        ports = Ports(LoopClock(), secrets.SystemRandom(), self._transport, self.tokens)
        self.engine = Engine(ports, storage or MemoryStorage(), client=name, every_entry=every_entry)
        self.engine.on("write", self._moved)

    # Life

    async def __aenter__(self) -> Client:
        await self.connect()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def connect(self) -> None:
        """Connect and catch up; afterwards the connection heals itself. Raises Closed when that cannot work."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def changed(change: Change) -> None:
            if change.state is State.CLOSED and not ready.done():
                ready.set_exception(Closed(change.reason, change.message))

        ends = [self.engine.on("connection", changed), self.engine.on("synced", lambda _: _resolve(ready))]
        try:
            self.engine.connection.start()
            if self.engine.synced:
                _resolve(ready)
            await ready
        finally:
            for end in ends:
                end()

    async def aclose(self) -> None:
        """Disconnect. Unsent writes stay in the storage."""
        self.engine.connection.stop()
        if isinstance(self._transport, WebSocketTransport):
            await self._transport.aclose()
        await self.api.aclose()

    @property
    def state(self) -> State:
        """idle, connecting, online, waiting or closed."""
        return self.engine.connection.state

    @property
    def me(self) -> Welcome:
        """Who you are, as the server said at the last connect."""
        if self.engine.connection.welcome is None:
            raise Closed(0, "The client has not been online yet.")
        return self.engine.connection.welcome

    # Conversations

    @property
    def inbox(self) -> list[ConversationState]:
        """Your conversations, the latest first, with their unread counts."""
        return list(self.engine.inbox)

    @property
    def unread(self) -> int:
        """Of all conversations together."""
        return self.engine.inbox.unread

    def conversation(self, pk: int) -> Conversation:
        """One of them, by id."""
        return Conversation(self, pk)

    async def direct(self, user: int | str) -> Conversation:
        """The direct conversation with somebody (id or user name), made if there is none."""
        if isinstance(user, str):
            user = (await self.find_person(user)).id
        page = await self.request(DirectOpen(id=0, user=user), ConversationPage)
        self.engine.adopt(page.state)
        return Conversation(self, page.state.conversation)

    # People

    async def people(self, users: Iterable[int]) -> dict[int, Person]:
        """Names, asked for once and kept."""
        missing = sorted({user for user in users if user and user not in self._people})
        for start in range(0, len(missing), MAX_PEOPLE):
            page = await self.request(PeopleGet(id=0, users=missing[start : start + MAX_PEOPLE]), PeoplePage)
            self._people.update({person.id: person for person in page.people})
        return {user: self._people[user] for user in users if user in self._people}

    async def find_person(self, username: str) -> Person:
        """Somebody by exact user name. LookupError when there is nobody."""
        self.api.token = self.tokens.current
        cursor: str | None = ""
        while cursor is not None:
            page = await self.api.find_people(username, cursor=cursor, limit=MAX_PEOPLE)
            for person in page.people:
                if person.username.lower() == username.lower():
                    self._people[person.id] = person
                    return person
            cursor = page.next or None
        raise LookupError(f"There is nobody called {username}.")

    def watch(self, users: Iterable[int]) -> None:
        """Hear of the presence of these people; it is in ``presence``."""
        self.engine.watch(tuple(users))

    @property
    def presence(self) -> dict[int, str]:
        """Of those watched: online, away or offline."""
        return dict(self.engine.signals.presence)

    # Files

    async def upload(self, path: str | Path) -> Uploaded:
        """Store a file; send it with ``conversation.send({"file": uploaded.id}, kind="file")``."""
        self.api.token = self.tokens.current
        return await self.api.upload(path)

    async def download(self, file: str, path: str | Path) -> int:
        """Fetch a file that you may read; the bytes written."""
        self.api.token = self.tokens.current
        return await self.api.download(file, path)

    # Hearing and asking

    def on(self, topic: str, observer: Callable[[Any], None]) -> Callable[[], None]:
        """Hear of ``connection``, ``synced``, ``event``, ``inbox``, ``write`` or ``signals``; call the result to stop."""
        return self.engine.on(topic, observer)

    async def events(self, *types: type[E]) -> AsyncIterator[E]:
        """Events from now on, each once and in order within its conversation; of all types, or of those named."""
        queue: asyncio.Queue[AnyEvent] = asyncio.Queue()
        end = self.on("event", queue.put_nowait)
        try:
            while True:
                event = await queue.get()
                if not types or isinstance(event, types):
                    yield cast(E, event)
        finally:
            end()

    async def request(self, frame: AnyFrame, answer: type[E]) -> E:
        """Ask the server anything. Raises ServerError, NoAnswer or Disconnected."""
        reply = await self.ask(self.engine.call, frame)
        if not isinstance(reply, answer):
            raise TypeError(f"{type(frame).__name__} was answered by {type(reply).__name__}")
        return reply

    async def ask(self, question: Callable[[Any, Callable[[Answer], None]], None], about: Any) -> AnyReply:
        """Await one of the engine's calls that report to a function."""
        future: asyncio.Future[AnyReply] = asyncio.get_running_loop().create_future()

        def done(answer: Answer) -> None:
            if future.done():
                return
            if isinstance(answer, ParleyError):
                future.set_exception(answer)
            else:
                future.set_result(answer)

        question(about, done)
        return await future

    def new_key(self) -> str:
        """A fresh idempotency key."""
        return secrets.token_urlsafe(16)

    def _moved(self, item: Item) -> None:
        handle = self._handles.get(item.key)
        if handle is not None:
            handle._settle()
            if item.key not in self.engine.outbox.items:
                del self._handles[item.key]


def socket_url(url: str) -> str:
    """``http://host/`` → ``ws://host/ws/v1/``."""
    parts = urlsplit(url)
    scheme = {"http": "ws", "https": "wss"}.get(parts.scheme, parts.scheme)
    return urlunsplit((scheme, parts.netloc, parts.path.rstrip("/") + "/ws/v1/", "", ""))


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
