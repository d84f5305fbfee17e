"""Slash commands: the registry that each room's ``slash_commands.py`` fills, and the parser. docs/howto/slash-command.md

A command calls services, like any door, and answers its caller alone. What a command does is not here.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import msgspec

from accounts.actor import Actor
from chat import policy, selectors
from protocol import errors
from protocol.cards import OpenedModal

#: "/" and a name, alone or followed by space. "/usr/bin" and "//" are text.
_COMMAND = re.compile(r"/([a-z][a-z0-9_-]{0,31})(?:\s+(.*))?\s*\Z", re.DOTALL | re.IGNORECASE)


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only the caller sees: a text, and where the command wrote a message, if it wrote one. It is never stored."""

    text: str = ""
    conversation: int = 0
    seq: int = 0
    #: A dialog that an app opened by its answer.
    modal: OpenedModal | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One use of a command. ``rest`` is the line after the name; ``client_key`` makes a retried call the same call."""

    actor: Actor
    conversation: int
    name: str
    rest: str
    client_key: str
    language: str = "en"

    def say(self, english: str, chinese: str) -> Answer:
        """An answer in the caller's language."""
        return Answer(text=chinese if self.language.startswith("zh") else english)


@dataclass(frozen=True, slots=True)
class Command:
    """A registered command, as clients list it while somebody types."""

    name: str
    usage: str
    help_en: str
    help_zh: str
    run: Callable[[Call], Answer]


#: Further commands that somebody may use now, for instance those of apps.
Source = Callable[[Actor], Iterable[Command]]
_commands: dict[str, Command] = {}
_sources: list[Source] = []


def command(
    name: str,
    *,
    usage: str = "",
    help_en: str,
    help_zh: str,
) -> Callable[[Callable[[Call], Answer]], Callable[[Call], Answer]]:
    """Register the decorated function under ``name``. Raises ValueError when the name is taken."""

    def register(run: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        if name in _commands or parse(f"/{name}") != (name, ""):
            raise ValueError(f"/{name} is taken or is no name")
        _commands[name] = Command(name, usage, help_en, help_zh, run)
        return run

    return register


def source(find: Source) -> Source:
    """Register the decorated function as one that knows further commands. The server's own come before them."""
    _sources.append(find)
    return find


def list_own() -> list[Command]:
    """The commands of the server's own rooms, by name."""
    return [_commands[name] for name in sorted(_commands)]


def list_commands(actor: Actor) -> list[Command]:
    """Every command that the actor may use, by name."""
    found = {each.name: each for find in _sources for each in find(actor)} | _commands
    return [found[name] for name in sorted(found)]


def parse(text: str) -> tuple[str, str] | None:
    """Name and rest of a line; None when it is not a command. A line that begins with "//" says "/…"."""
    found = _COMMAND.match(text)
    return (found[1].lower(), (found[2] or "").strip()) if found else None


def run(*, actor: Actor, conversation: int, text: str, client_key: str, language: str = "en") -> Answer:
    """Do what ``text`` commands in a conversation of the actor.

    Raises Forbidden not_a_member, BadRequest (path "text") for what is not a command, and what the services raise.
    """
    if not selectors.is_member(actor.user, conversation):
        raise policy.outsider()
    parsed = parse(text)
    if parsed is None:
        raise errors.BadRequest("A command begins with / and a name.", details={"path": "text"})
    name, rest = parsed
    known = _commands if name in _commands else {each.name: each for each in list_commands(actor)}
    found = known.get(name)
    if found is None:
        details = {"path": "text", "command": name, "known": sorted(known)}
        raise errors.BadRequest(f"There is no command /{name}; /help lists them.", details=details)
    return found.run(Call(actor, conversation, name, rest, client_key, language))
