"""A message and an entry that changes it → the message as it is then. Pure."""

from typing import TypeAlias

import msgspec

from parley_sdk.wire.events import MessageCreated, MessageEdited, MessageRecalled, ReactionAdded, ReactionRemoved

Change: TypeAlias = MessageEdited | MessageRecalled | ReactionAdded | ReactionRemoved


def fold(message: MessageCreated, change: Change) -> MessageCreated:
    """The changed message; the same one when it already carries the change (its version is not below the change's seq)."""
    if change.seq <= max(message.version, message.seq):
        return message
    replace = msgspec.structs.replace
    if isinstance(change, MessageRecalled):
        return replace(
            message,
            body={},
            mentions=[],
            mentions_all=False,
            reactions={},
            recalled_at=change.at,
            version=change.seq,
        )
    if message.recalled_at:
        return replace(message, version=change.seq)
    if isinstance(change, MessageEdited):
        return replace(
            message,
            body=change.body,
            mentions=change.mentions,
            mentions_all=change.mentions_all,
            edited_at=change.at,
            version=change.seq,
        )
    users = message.reactions.get(change.emoji, [])
    if isinstance(change, ReactionAdded):
        left = users if change.sender in users else [*users, change.sender]
    else:
        left = [user for user in users if user != change.sender]
    others = {emoji: who for emoji, who in message.reactions.items() if emoji != change.emoji}
    return replace(message, reactions={**others, change.emoji: left} if left else others, version=change.seq)
