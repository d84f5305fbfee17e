"""Parley's client kit for Python.

>>> from parley_sdk import Client
>>> client = Client("http://localhost:8000", token="ply_…")  # doctest: +SKIP
"""

from parley_sdk.client import Client
from parley_sdk.conversation import Conversation, SendHandle
from parley_sdk.errors import Cancelled, Closed, Disconnected, NoAnswer, ParleyError, ServerError
from parley_sdk.link.outbox import WriteState
from parley_sdk.network.connection import Change, State
from parley_sdk.storage import MemoryStorage, SqliteStorage
from parley_sdk.wire.events import AnyEvent, ConversationState, MessageCreated
from parley_sdk.wire.replies import Person

__all__ = [
    "AnyEvent",
    "Cancelled",
    "Change",
    "Client",
    "Closed",
    "Conversation",
    "ConversationState",
    "Disconnected",
    "MemoryStorage",
    "MessageCreated",
    "NoAnswer",
    "ParleyError",
    "Person",
    "SendHandle",
    "ServerError",
    "SqliteStorage",
    "State",
    "WriteState",
]
