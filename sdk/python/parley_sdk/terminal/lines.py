"""What the terminal shows: one line per fact, plain text. Control characters of others never reach the terminal."""

import time
import unicodedata
from collections.abc import Mapping

from parley_sdk.store.timeline import Shown
from parley_sdk.wire.events import (
    ConversationCreated,
    ConversationState,
    ConversationUpdated,
    MemberAdded,
    MemberRemoved,
    MessageCreated,
)
from parley_sdk.wire.replies import Person

Names = Mapping[int, Person]


def clean(text: str) -> str:
    """Text without control and format characters, which could move the cursor or turn the line around."""
    return "".join(
        each for each in text.replace("\n", "\n    ") if each == "\n" or unicodedata.category(each)[0] != "C"
    )


def name_of(user: int, names: Names) -> str:
    """Somebody's name."""
    if not user:
        return "Parley"
    return clean(names[user].name) if user in names else f"user {user}"


def title_of(state: ConversationState, names: Names) -> str:
    """What a conversation is called."""
    if state.kind == "direct":
        return name_of(state.peer, names)
    return "Notes to self" if state.kind == "personal" else clean(state.title)


def inbox_line(number: int, state: ConversationState, names: Names) -> str:
    """One row of the list."""
    unread = f" ({state.unread} unread)" if state.unread else ""
    last = f": {' '.join(preview(state.last).split())}" if state.last else ""
    return f"  {number:>2}. {title_of(state, names)}{unread}{last}"[:160]


def preview(message: MessageCreated) -> str:
    """A message on one line."""
    if message.recalled_at:
        return "(recalled)"
    body = message.body
    text = body.get("text") or body.get("title") or body.get("caption") or body.get("name") or ""
    shown = clean(str(text)) or f"[{clean(message.kind)}]"
    return shown if message.kind in {"text", "card", "system"} else f"[{clean(message.kind)}] {shown}"


def entry_line(entry: Shown, names: Names) -> str:
    """One entry of a conversation."""
    at = time.strftime("%H:%M", time.localtime(entry.at / 1000))
    who = name_of(entry.sender, names)
    match entry:
        case MessageCreated():
            edited = " (edited)" if entry.edited_at and not entry.recalled_at else ""
            reactions = "".join(f" {clean(emoji)}{len(users)}" for emoji, users in entry.reactions.items())
            return f"[{at}] {who}: {preview(entry)}{edited}{reactions}"
        case MemberAdded():
            return f"[{at}] * {', '.join(name_of(user, names) for user in entry.users)} joined"
        case MemberRemoved():
            return f"[{at}] * {', '.join(name_of(user, names) for user in entry.users)} left"
        case ConversationCreated():
            return f"[{at}] * the conversation begins"
        case ConversationUpdated():
            return f"[{at}] * {who} changed the title or rules"
    raise TypeError(entry)


def people_in(entries: list[Shown]) -> set[int]:
    """Everybody whose name is needed to show these."""
    found = {entry.sender for entry in entries}
    for entry in entries:
        if isinstance(entry, MemberAdded | MemberRemoved):
            found |= set(entry.users)
    return found
