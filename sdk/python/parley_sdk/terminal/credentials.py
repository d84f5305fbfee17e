"""A person's token: given, saved from last time, or got for a password. The file is readable by its owner alone."""

import asyncio
import getpass
import json
import os
from pathlib import Path

from parley_sdk.http import Api


def default_path() -> Path:
    """``~/.config/parley/tokens.json``, or below XDG_CONFIG_HOME."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "parley" / "tokens.json"


class Credentials:
    """Tokens by server and user name."""

    def __init__(self, url: str, token: str = "", path: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self.given = token
        self.path = path or default_path()

    async def token_of(self, user: str) -> str:
        """The token to use; asks for a password when there is none yet."""
        if self.given:
            return self.given
        saved = self._read().get(self._key(user), "")
        return saved or await self.sign_in(user)

    async def sign_in(self, user: str) -> str:
        """Ask for the password, get a token, save it."""
        password = os.environ.get("PARLEY_PASSWORD", "")
        if not password:
            password = await asyncio.to_thread(getpass.getpass, f"Password of {user} at {self.url}: ")
        api = Api(self.url)
        try:
            token = (await api.sign_in(user, password, device="Terminal")).token
        finally:
            await api.aclose()
        self._write({**self._read(), self._key(user): token})
        return token

    def forget(self, user: str) -> None:
        """The saved token is no good any more."""
        self._write({key: token for key, token in self._read().items() if key != self._key(user)})

    def _key(self, user: str) -> str:
        return f"{user.lower()}@{self.url}"

    def _read(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _write(self, tokens: dict[str, str]) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
            json.dump(tokens, stream, indent=1)
        draft.replace(self.path)
