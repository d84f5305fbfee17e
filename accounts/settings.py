"""Every setting that a person may have: its name, its shape, what holds without it, and what it means. Once, here.

docs/settings.md is made from this table. Adding one is a line here; a client that does not know a name passes over it.
What concerns one conversation is not a setting but a preference of the membership.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from protocol import errors, limits

#: Bytes of one value as JSON: 100 folders of some hundred conversations; every device of the person keeps it.
MAX_BYTES = 32 * 1024

Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z", description="Hours and minutes, `22:30`.")]
Emoji = Annotated[str, Meta(min_length=1, max_length=limits.MAX_EMOJI_CHARS)]
Identity = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of values that are objects: unknown fields are refused, what is left out is as by default."""


class Notifications(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What makes a device speak up, for conversations that say nothing else; whether it sounds and shows the text."""

    level: Literal["all", "mentions", "none"] = "all"
    sound: bool = True
    preview: bool = True


class QuietHours(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hours of the week without notifications: on ``days`` (1 Monday … 7) from ``from`` to ``to``, over midnight too."""

    from_: Clock = msgspec.field(name="from", default="22:00")
    to: Clock = "08:00"
    days: Annotated[list[Annotated[int, Meta(ge=1, le=7)]], Meta(min_length=1, max_length=7)] = msgspec.field(
        default_factory=lambda: list(range(1, 8))
    )
    timezone: Annotated[str, Meta(max_length=64)] = "UTC"


class Folder(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A section of the sidebar. ``id`` is the client's own and stays when the folder is renamed."""

    id: Identity
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    conversations: Annotated[list[Identity], Meta(max_length=1000)] = []


class Mail(Part, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Letters, where the installation sends any: what was said to oneself and stayed unread; a summary of all unread."""

    missed: bool = True
    digest: Literal["none", "daily", "weekly"] = "none"


@dataclass(frozen=True, slots=True)
class Known:
    """One setting. ``check`` says what types cannot; it raises ValueError with a sentence."""

    shape: Any
    default: Any
    meaning: str
    check: Callable[[Any], None] | None = None


def _each_once(emoji: list[str]) -> None:
    if len(set(emoji)) < len(emoji):
        raise ValueError("Each emoji once.")


def _folders(folders: list[Folder]) -> None:
    if len({each.id for each in folders}) < len(folders):
        raise ValueError("Two folders have one id.")


def _hours(hours: QuietHours | None) -> None:
    if hours is None:
        return
    if hours.timezone not in available_timezones():
        raise ValueError("There is no such time zone.")
    if len(set(hours.days)) < len(hours.days):
        raise ValueError("Each day once.")
    if hours.from_ == hours.to:
        raise ValueError("Quiet hours begin and end at different times.")


#: Name -> what it is.
KNOWN: Mapping[str, Known] = {
    "language": Known(Literal["auto", "en", "zh-hans"], "auto", "Language of the product; auto: the browser's."),
    "theme": Known(Literal["auto", "light", "dark"], "auto", "Light or dark; auto: the system's."),
    "density": Known(Literal["comfortable", "compact"], "comfortable", "How much room messages and rows take."),
    "time_format": Known(Literal["auto", "12", "24"], "auto", "Clock of 12 or 24 hours; auto: the language's."),
    "enter_sends": Known(bool, True, "Enter sends and Shift+Enter breaks the line; off: Ctrl+Enter sends."),
    "single_key_shortcuts": Known(bool, True, "Shortcuts of one letter, outside of text fields."),
    "show_previews": Known(bool, True, "Link previews below messages are drawn."),
    "notifications": Known(Notifications, Notifications(), (Notifications.__doc__ or "").strip()),
    "quiet_hours": Known(QuietHours | None, None, (QuietHours.__doc__ or "").strip(), _hours),
    "mail": Known(Mail, Mail(), (Mail.__doc__ or "").strip()),
    "keywords": Known(
        Annotated[list[Annotated[str, Meta(min_length=2, max_length=60)]], Meta(max_length=50)],
        [],
        "Words that are as good as a mention, in any case.",
    ),
    "folders": Known(
        Annotated[list[Folder], Meta(max_length=100)], [], "Sections of the sidebar, in their order.", _folders
    ),
    "quick_reactions": Known(
        Annotated[list[Emoji], Meta(max_length=8)],
        ["👍", "❤️", "😄", "🎉", "👀", "🙏"],
        "Reactions offered first.",
        _each_once,
    ),
    "recent_emoji": Known(
        Annotated[list[Emoji], Meta(max_length=40)], [], "Emoji used last, the newest first.", _each_once
    ),
    "emoji_tone": Known(Annotated[int, Meta(ge=0, le=5)], 0, "Skin tone of emoji, 1 light to 5 dark; 0: yellow."),
    "sidebar_width": Known(Annotated[int, Meta(ge=200, le=600)], 300, "Width of the sidebar in CSS pixels."),
}


def checked(name: str, value: Any) -> Any:
    """``value`` as it is stored under ``name``. Raises NotFound for a name that is none, BadRequest for a wrong value."""
    known = KNOWN.get(name)
    if known is None:
        raise errors.NotFound("There is no such setting.", details={"path": "name", "known": sorted(KNOWN)})
    try:
        found = msgspec.convert(value, known.shape)
        if known.check:
            known.check(found)
    except msgspec.ValidationError as problem:
        said, _, where = str(problem).partition(" - at `$")
        raise errors.BadRequest(f"{said}.", details={"path": f"value{where.rstrip('`')}"}) from None
    except ValueError as problem:
        raise errors.BadRequest(str(problem), details={"path": "value"}) from None
    stored = msgspec.to_builtins(found)
    if len(msgspec.json.encode(stored)) > MAX_BYTES:
        raise errors.BadRequest(
            f"A setting may have {MAX_BYTES} bytes as JSON.",
            code="too_large",
            details={"path": "value", "limit": MAX_BYTES},
        )
    return stored
