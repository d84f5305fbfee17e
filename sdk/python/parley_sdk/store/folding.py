"""A message and an entry that changes it → the message as it is then. Pure."""

from typing import Any, TypeAlias

import msgspec

from parley_sdk.wire.events import (
    MessageConfirmed,
    MessageCreated,
    MessageEdited,
    MessagePinned,
    MessagePreviewed,
    MessageRecalled,
    MessageUnpinned,
    ReactionAdded,
    ReactionRemoved,
)

Change: TypeAlias = (
    MessageEdited
    | MessageRecalled
    | ReactionAdded
    | ReactionRemoved
    | MessagePinned
    | MessageUnpinned
    | MessageConfirmed
    | MessagePreviewed
)
#: Entries that change a message.
CHANGES = (
    MessageEdited,
    MessageRecalled,
    ReactionAdded,
    ReactionRemoved,
    MessagePinned,
    MessageUnpinned,
    MessageConfirmed,
    MessagePreviewed,
)
#: Repliers that the first message of a thread names.
THREAD_PEOPLE = 5


def fold(message: MessageCreated, change: Change) -> MessageCreated:
    """The changed message; the same one when it already carries the change (its version is not below the change's seq)."""
    if change.seq <= max(message.version, message.seq):
        return message
    changed = {} if message.recalled_at else _changed(message, change)
    return msgspec.structs.replace(message, version=change.seq, **changed)


def _changed(message: MessageCreated, change: Change) -> dict[str, Any]:
    """The fields of the message that the change sets."""
    match change:
        case MessageRecalled():
            gone = {"body": {}, "mentions": [], "mentions_all": False, "reactions": {}, "recalled_at": change.at}
            marks = {"urgent": False, "confirmed": [], "pinned_at": 0, "previews": [], "forwarded_from": 0}
            return gone | marks
        case MessageEdited():
            mentions = {"mentions": change.mentions, "mentions_all": change.mentions_all}
            return {"body": change.body, "edited_at": change.at} | mentions
        case MessagePinned() | MessageUnpinned():
            return {"pinned_at": change.at if isinstance(change, MessagePinned) else 0}
        case MessageConfirmed():
            return {"confirmed": [*message.confirmed, change.sender]}
        case MessagePreviewed():
            return {"previews": change.previews}
    users = [user for user in message.reactions.get(change.emoji, []) if user != change.sender]
    left = [*users, change.sender] if isinstance(change, ReactionAdded) else users
    others = {emoji: who for emoji, who in message.reactions.items() if emoji != change.emoji}
    return {"reactions": {**others, change.emoji: left} if left else others}


def fold_thread(root: MessageCreated, change: MessageCreated | MessageRecalled) -> MessageCreated:
    """The first message of a thread after a reply, or after a reply was recalled; itself when it knows that already."""
    if change.seq <= max(root.version, root.seq):
        return root
    replace = msgspec.structs.replace
    if isinstance(change, MessageRecalled):
        return replace(root, thread_count=max(0, root.thread_count - 1), version=change.seq)
    people = list(dict.fromkeys([*root.thread_people, change.sender]))[:THREAD_PEOPLE]
    return replace(
        root,
        thread_count=root.thread_count + 1,
        thread_last_at=max(root.thread_last_at, change.at),
        thread_people=people,
        version=change.seq,
    )
