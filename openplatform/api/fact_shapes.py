"""Bodies, queries and answers about what a conversation knows of its messages: pins, threads, readers, edits, cards."""

from openplatform.api.shapes import Reply
from protocol.events import MessageCreated


class MessageList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Messages in their present state. ``next``: pass it as ``cursor``; absent at the end."""

    messages: list[MessageCreated]
    next: str = ""
