"""The ports bound to asyncio and to a person's token."""

import asyncio
from collections.abc import Awaitable, Callable

TokenFunction = Callable[[], Awaitable[str]]


class LoopClock:
    """The event loop's clock."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        """Seconds."""
        return self._loop.time()

    def call_later(self, delay: float, action: Callable[[], None]) -> asyncio.TimerHandle:
        """Run ``action`` later."""
        return self._loop.call_later(delay, action)


class Tokens:
    """A fixed token, or a function that gets one: called for the first connect and when the last one is expired."""

    def __init__(self, source: str | TokenFunction) -> None:
        self._source = source
        self._known = source if isinstance(source, str) else ""
        self._task: asyncio.Task[None] | None = None

    @property
    def current(self) -> str:
        """The last token, for HTTP."""
        return self._known

    def fetch(self, *, renew: bool, done: Callable[[str | Exception], None]) -> None:
        """See ``ports.TokenSource``."""
        if self._known and not renew:
            done(self._known)
        elif isinstance(self._source, str):
            done(PermissionError("The token is expired, and nothing was given to get another one."))
        else:
            self._task = asyncio.get_running_loop().create_task(self._ask(self._source, done))

    async def _ask(self, source: TokenFunction, done: Callable[[str | Exception], None]) -> None:
        try:
            self._known = await source()
        except Exception as problem:
            done(problem)
        else:
            done(self._known)

    def replace(self, token: str) -> None:
        """A fresh token came by another way."""
        self._known = token
