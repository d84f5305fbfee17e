"""The HTTP door, as far as a socket client needs it: sign in, the directory, search, files."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from parley_sdk.errors import Disconnected, ServerError
from parley_sdk.wire.events import ConversationState
from parley_sdk.wire.replies import Person

T = TypeVar("T")
PIECE = 256 * 1024


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new token. ``expires_at`` in ms; 0: it lives until it is revoked."""

    token: str
    device: int = 0
    user: int = 0
    expires_at: int = 0


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """A file that the server keeps; send it as ``{"file": id}`` of kind file or image."""

    id: str
    name: str
    size: int = 0
    media_type: str = ""
    width: int = 0
    height: int = 0


class PeoplePaged(msgspec.Struct, frozen=True, kw_only=True):
    """People in user name order; ``next``: pass it as cursor."""

    people: list[Person]
    next: str = ""


class Api:
    """Typed calls. ``url`` is the server's root; the token is asked for at each call."""

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.token = ""
        self._http = httpx.AsyncClient(base_url=url.rstrip("/") + "/api/v1/", timeout=30.0, transport=transport)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def sign_in(self, username: str, password: str, *, device: str = "parley-python") -> SignedIn:
        """A token on a new device."""
        body = {"username": username, "password": password, "device": device}
        return msgspec.convert(await self._call("POST", "tokens", json=body), SignedIn)

    async def renew(self) -> SignedIn:
        """A fresh token for the one in use."""
        return msgspec.convert(await self._call("POST", "tokens/renew"), SignedIn)

    async def sign_out(self) -> None:
        """End the token in use."""
        await self._call("DELETE", "tokens/current")

    async def find_people(self, query: str = "", *, cursor: str = "", limit: int = 50) -> PeoplePaged:
        """The directory."""
        params = {"query": query, "cursor": cursor, "limit": limit}
        return msgspec.convert(await self._call("GET", "users", params=params), PeoplePaged)

    async def create_group(self, title: str, members: list[int], **more: Any) -> ConversationState:
        """A group with you as its owner."""
        found = await self._call("POST", "conversations", json={"title": title, "members": members, **more})
        return msgspec.convert(found["state"], ConversationState)

    async def upload(self, path: str | Path) -> Uploaded:
        """Store a file on the server; it is nobody's but yours until you send it."""
        source = Path(path)
        with source.open("rb") as stream:  # noqa: ASYNC230 - a local file
            found = await self._call("POST", "files", files={"file": (source.name, stream)})
        return msgspec.convert(found, Uploaded)

    async def download(self, file: str, path: str | Path) -> int:
        """Write a file that you may read to ``path``; the bytes written."""
        written = 0
        with Path(path).open("wb") as target:  # noqa: ASYNC230 - a local file
            async for piece in self._pieces(f"files/{quote(file)}"):
                target.write(piece)
                written += len(piece)
        return written

    async def _pieces(self, address: str) -> AsyncIterator[bytes]:
        async with self._http.stream("GET", address, headers=self._headers()) as response:
            if response.status_code >= 400:
                await response.aread()
                raise _problem(response)
            async for piece in response.aiter_bytes(PIECE):
                yield piece

    async def _call(self, method: str, address: str, **options: Any) -> Any:
        try:
            response = await self._http.request(method, address, headers=self._headers(), **options)
        except httpx.TransportError as problem:
            raise Disconnected(str(problem) or type(problem).__name__) from problem
        if response.status_code >= 400:
            raise _problem(response)
        return response.json() if response.content else None

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


def _problem(response: httpx.Response) -> ServerError:
    try:
        found = response.json()
        code, message, details = found["code"], found.get("detail", ""), found.get("details", {})
    except (ValueError, LookupError, TypeError):
        code, message, details = "internal", f"The server answered HTTP {response.status_code}.", {}
    wait = response.headers.get("Retry-After", "")
    return ServerError(code, message, retry_after=float(wait) if wait.isdigit() else 0.0, details=details)
