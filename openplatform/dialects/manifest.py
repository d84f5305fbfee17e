"""What an app says of itself in one document, version 1; what differs between two of them. Pure. docs/apps.md"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Url = Annotated[str, Meta(max_length=2048)]


class Piece(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of its parts."""


class Command(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A slash command: its name without the slash, what may follow, a line of help (Chinese "": the English one)."""

    name: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}\Z")]
    help: Annotated[str, Meta(min_length=1, max_length=200)]
    usage: Annotated[str, Meta(max_length=100)] = ""
    help_zh: Annotated[str, Meta(max_length=200)] = ""


class Asked(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Where the app is asked about commands and cards, and in which words."""

    url: Annotated[str, Meta(min_length=1, max_length=2048)]
    signature: Literal["standard", "slack"] = "standard"


class Events(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Of what the app is told (``types`` empty: everything), and where (``url`` "": it pulls)."""

    url: Url = ""
    types: Annotated[list[Annotated[str, Meta(max_length=32)]], Meta(max_length=32)] = []
    signature: Literal["standard", "slack"] = "standard"


class Manifest(Piece, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """An app. What is left out is not there: no commands, no events, for everybody."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    version: Literal[1] = 1
    description: Annotated[str, Meta(max_length=500)] = ""
    homepage: Annotated[str, Meta(max_length=500)] = ""
    scopes: Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)] = []
    redirect_urls: Annotated[list[Url], Meta(max_length=20)] = []
    client_type: Literal["confidential", "public"] = "confidential"
    departments: Annotated[list[Annotated[int, Meta(ge=1, le=2**53 - 1)]], Meta(max_length=200)] = []
    interactivity: Asked | None = None
    commands: Annotated[list[Command], Meta(max_length=50)] = []
    events: Events | None = None


class Change(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One difference. ``before`` or ``after`` is missing when it was not there."""

    path: str
    before: Any = None
    after: Any = None


_USUAL = (
    ("", "client_type", "confidential"),
    *((each, "signature", "standard") for each in ("interactivity", "events")),
)
#: Changes that a reviewer has to see again. Where the app is asked is its own affair, as is its description.
REVIEWED = ("scopes", "redirect_urls", "client_type", "commands")


def to_plain(manifest: Manifest) -> dict[str, Any]:
    """As JSON has it, without what is empty or usual."""
    plain: dict[str, Any] = msgspec.to_builtins(manifest)
    # Of texts msgspec leaves out only the very object that is the default, not its equals.
    for part, name, usual in _USUAL:
        where = plain.get(part, {}) if part else plain
        if where.get(name) == usual:
            del where[name]
    return plain


def from_plain(content: Any) -> Manifest:
    """The reverse; raises msgspec.ValidationError, which names the path."""
    return msgspec.convert(content, Manifest)


def diff(before: Manifest | None, after: Manifest) -> list[Change]:
    """What differs, by path; sets (scopes, addresses, departments, types) by element, commands by name."""
    old, new = to_plain(before) if before else {}, to_plain(after)
    found: list[Change] = []
    for name in dict.fromkeys([*old, *new]):
        found += _between(name, old.get(name), new.get(name))
    return found


def needs_review(changes: list[Change]) -> bool:
    """Whether one of them is a reviewer's affair."""
    return any(each.path.startswith(REVIEWED) for each in changes)


def _between(path: str, old: Any, new: Any) -> list[Change]:
    if old == new:
        return []
    if path == "commands":
        return _by_name({each["name"]: each for each in old or ()}, {each["name"]: each for each in new or ()})
    if isinstance(old or new, list):
        before, after = set(old or ()), set(new or ())
        gone = [Change(path=path, before=each) for each in sorted(before - after)]
        return gone + [Change(path=path, after=each) for each in sorted(after - before)]
    if isinstance(old, dict) and isinstance(new, dict):
        inner = [_between(f"{path}.{name}", old.get(name), new.get(name)) for name in dict.fromkeys([*old, *new])]
        return [each for some in inner for each in some]
    return [Change(path=path, before=old, after=new)]


def _by_name(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    return [
        Change(path=f"commands.{name}", before=old.get(name), after=new.get(name))
        for name in dict.fromkeys([*old, *new])
        if old.get(name) != new.get(name)
    ]
