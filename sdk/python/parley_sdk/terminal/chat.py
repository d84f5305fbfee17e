"""The program: reads lines, shows what happens. A line that is no command is said in the open conversation."""

import asyncio
import contextlib
import sys
import threading
from collections.abc import Awaitable, Callable

from parley_sdk.client import Client
from parley_sdk.conversation import Conversation
from parley_sdk.errors import Closed, ParleyError
from parley_sdk.network.connection import Change, State
from parley_sdk.store.timeline import Shown
from parley_sdk.terminal import lines
from parley_sdk.terminal.credentials import Credentials
from parley_sdk.wire.events import AnyEvent, ConversationState, MemberAdded, MemberRemoved, MessageCreated
from parley_sdk.wire.replies import Person

HELP = """\
/login NAME           sign in as somebody else
/users [WORDS]        people of the company
/inbox                conversations, with unread counts
/msg NAME TEXT        say TEXT to NAME
/open NAME | NUMBER   open a conversation: a person, or a number of /inbox
/history              older messages of the open conversation
/who                  who is in it and online
/quit                 leave
Anything else is said in the open conversation."""
#: Seconds of trouble before the terminal says so: short drops heal unnoticed.
QUIET_SECONDS = 2.0

Command = Callable[[str], Awaitable[None]]


class Chat:
    """One run of the program. ``write`` shows a line; ``read`` gives the next one typed (None: the end)."""

    def __init__(
        self,
        url: str,
        credentials: Credentials,
        *,
        user: str = "",
        peer: str = "",
        write: Callable[[str], None] | None = None,
        read: Callable[[], Awaitable[str | None]] | None = None,
    ) -> None:
        self.url, self.credentials, self.user, self.peer = url, credentials, user, peer
        self.write = write or _print
        self._read = read
        self.names: dict[int, Person] = {}
        self.here: Conversation | None = None
        self._listed: list[ConversationState] = []
        self._client: Client | None = None
        self._troubled: asyncio.TimerHandle | None = None
        self.commands: dict[str, Command] = {
            "/login": self.login,
            "/users": self.users,
            "/inbox": self.inbox,
            "/msg": self.message,
            "/open": self.open,
            "/history": self.history,
            "/who": self.who,
            "/help": self.help,
        }

    @property
    def client(self) -> Client:
        """The client in use."""
        if self._client is None:
            raise Closed(0, "Nobody is signed in; /login NAME")
        return self._client

    async def run(self) -> int:
        """Until /quit or the end of the input."""
        read = self._read or _lines_of_stdin()
        try:
            if self.user or self.credentials.given:
                await self.login(self.user)
            else:
                self.write("/login NAME signs in, /help lists the commands.")
            if self.peer:
                await self.open(self.peer)
            while (line := await read()) is not None and line.strip() != "/quit":
                if line.strip():
                    await self.line(line.strip())
            return 0
        finally:
            await self._leave()

    async def line(self, line: str) -> None:
        """One line that was typed."""
        word, _, rest = line.partition(" ")
        try:
            if not line.startswith("/"):
                await self.say(line)
            elif word in self.commands:
                await self.commands[word](rest.strip())
            else:
                self.write(f"There is no command {word}; /help lists them.")
        except (ParleyError, LookupError) as problem:
            self.write(f"! {problem}")

    async def login(self, user: str) -> None:
        """/login NAME"""
        if not user and not self.credentials.given:
            self.write("/login NAME")
            return
        await self._leave()
        token = await self.credentials.token_of(user)
        client = Client(self.url, token=token, name="parley-terminal")
        client.on("connection", self._changed)
        client.on("event", self._saw)
        try:
            await client.connect()
        except Closed:
            await client.aclose()
            self.credentials.forget(user)
            raise
        self._client, self.user = client, user
        self.write(f"Signed in as {client.me.name}. {client.unread} unread. /help lists the commands.")

    async def users(self, words: str) -> None:
        """/users [WORDS]"""
        self.client.api.token = self.client.tokens.current
        for person in (await self.client.api.find_people(words)).people:
            other = f" {person.other_name}" if person.other_name else ""
            about = ", ".join(each for each in (person.title, person.department) if each)
            self.write(lines.clean(f"  {person.username:<16} {person.name}{other}{' – ' + about if about else ''}"))

    async def inbox(self, _: str) -> None:
        """/inbox"""
        self._listed = [state for state in self.client.inbox if state.kind != "personal"][:30]
        await self._know({state.peer for state in self._listed})
        for number, state in enumerate(self._listed, 1):
            self.write(lines.inbox_line(number, state, self.names))

    async def message(self, rest: str) -> None:
        """/msg NAME TEXT"""
        name, _, text = rest.partition(" ")
        if not text.strip():
            self.write("/msg NAME TEXT")
            return
        await (await self.client.direct(name)).send(text.strip()).sent
        self.write(f"→ {name}: {text.strip()}")

    async def open(self, which: str) -> None:
        """/open NAME | NUMBER"""
        if which.isdigit() and 0 < int(which) <= len(self._listed):
            conversation = self.client.conversation(self._listed[int(which) - 1].conversation)
        else:
            conversation = await self.client.direct(which)
        if self.here is not None:
            self.here.close()
        self.here = conversation
        conversation.open()
        shown = await conversation.load_older()
        await self._know(lines.people_in(shown) | {conversation.state.peer})
        self.write(f"── {lines.title_of(conversation.state, self.names)}")
        self._show(shown[-20:])
        conversation.mark_read()

    async def history(self, _: str) -> None:
        """/history"""
        conversation = self._open_one()
        if not conversation.has_older:
            self.write("This is the beginning.")
            return
        known = {entry.seq for entry in conversation.entries}
        older = [entry for entry in await conversation.load_older() if entry.seq not in known]
        await self._know(lines.people_in(older))
        self._show(older)

    async def who(self, _: str) -> None:
        """/who"""
        conversation = self._open_one()
        users = lines.people_in(conversation.entries) | {conversation.state.peer, self.client.me.user}
        await self._know(users)
        self.client.watch(sorted(users - {0}))
        await asyncio.sleep(0.3)  # the answer comes as a signal
        for user in sorted(users - {0}):
            self.write(f"  {lines.name_of(user, self.names)}: {self.client.presence.get(user, 'offline')}")

    async def help(self, _: str) -> None:
        """/help"""
        self.write(HELP)

    async def say(self, text: str) -> None:
        """Say it in the open conversation; a failure is shown when it is known."""
        conversation = self._open_one()
        handle = conversation.send(text)
        handle.sent.add_done_callback(
            lambda done: self.write(f"! not sent: {done.exception()}") if done.exception() else None
        )
        await asyncio.sleep(0)

    def _open_one(self) -> Conversation:
        if self.here is None:
            raise LookupError("No conversation is open; /open NAME or /inbox")
        return self.here

    async def _know(self, users: set[int]) -> None:
        self.names.update(await self.client.people(users - set(self.names)))

    def _show(self, entries: list[Shown]) -> None:
        for entry in entries:
            self.write(lines.entry_line(entry, self.names))

    def _saw(self, event: AnyEvent) -> None:
        if isinstance(event, MessageCreated | MemberAdded | MemberRemoved):
            asyncio.get_running_loop().create_task(self._tell(event))

    async def _tell(self, entry: MessageCreated | MemberAdded | MemberRemoved) -> None:
        with contextlib.suppress(ParleyError):
            await self._know(lines.people_in([entry]))
        if self.here is not None and entry.conversation == self.here.id:
            self.write(lines.entry_line(entry, self.names))
            self.here.mark_read()
        elif isinstance(entry, MessageCreated) and entry.sender != self.client.me.user:
            row = self.client.engine.inbox.rows.get(entry.conversation)
            where = lines.title_of(row.state, self.names) if row and row.state.kind == "group" else "to you"
            self.write(f"({where}) {lines.entry_line(entry, self.names)}")

    def _changed(self, change: Change) -> None:
        if self._troubled is not None:
            self._troubled.cancel()
            self._troubled = None
        if change.state is State.CLOSED and change.message:
            self.write(f"! {change.message}")
        elif change.state in {State.WAITING, State.CONNECTING} and self._client is not None:
            loop = asyncio.get_running_loop()
            self._troubled = loop.call_later(QUIET_SECONDS, self.write, "… no connection; trying again")

    async def _leave(self) -> None:
        if self._troubled is not None:
            self._troubled.cancel()
        client, self._client, self.here = self._client, None, None
        if client is not None:
            await client.aclose()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _lines_of_stdin() -> Callable[[], Awaitable[str | None]]:
    """Lines from a thread of its own: reading a terminal cannot be awaited, nor stopped."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def pump() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended
            for line in sys.stdin:
                loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=pump, daemon=True).start()
    return queue.get
