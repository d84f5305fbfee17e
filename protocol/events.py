"""Facts the server tells: durable ones are timeline entries, ephemeral ones are hints that may be lost.

An event is the same object live on the socket, in a sync or history page, in a push and in a webhook. Times are
milliseconds since 1970 UTC; 0, "" and empty mean "not so" and are left out in JSON. Who may act is not decided here.
"""

from protocol.conversation_events import (
    ConversationCreated,
    ConversationUpdated,
    LinkPreview,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
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
from protocol.facts import (
    Durable,
    Event,
    Scope,
    tag_of,
)
from protocol.live_events import (
    ConversationAdvanced,
    MessageWhispered,
    ModalOpened,
    PresenceChanged,
    ReceiptDelivered,
    ReceiptRead,
    TypingStarted,
    TypingStopped,
)
from protocol.personal_events import (
    ConversationState,
    DeviceAdded,
    DeviceRevoked,
    DraftChanged,
    InboxJoined,
    InboxLeft,
    MentionReceived,
    PreferenceChanged,
    ReadMoved,
    ReminderChanged,
    SavedChanged,
    ScheduledChanged,
    SettingChanged,
    ThreadFollowed,
)

__all__ = [
    "DURABLE",
    "EVENTS",
    "AnyEvent",
    "ConversationAdvanced",
    "ConversationCreated",
    "ConversationState",
    "ConversationUpdated",
    "DeviceAdded",
    "DeviceRevoked",
    "DraftChanged",
    "Durable",
    "Event",
    "InboxJoined",
    "InboxLeft",
    "LinkPreview",
    "MemberAdded",
    "MemberChanged",
    "MemberRemoved",
    "MentionReceived",
    "MessageConfirmed",
    "MessageCreated",
    "MessageEdited",
    "MessagePinned",
    "MessagePreviewed",
    "MessageRecalled",
    "MessageUnpinned",
    "MessageWhispered",
    "ModalOpened",
    "PreferenceChanged",
    "PresenceChanged",
    "ReactionAdded",
    "ReactionRemoved",
    "ReadMoved",
    "ReceiptDelivered",
    "ReceiptRead",
    "ReminderChanged",
    "SavedChanged",
    "ScheduledChanged",
    "Scope",
    "SettingChanged",
    "ThreadFollowed",
    "TypingStarted",
    "TypingStopped",
    "tag_of",
]


def _leaves(base: type[Event]) -> list[type[Event]]:
    found: list[type[Event]] = []
    for child in base.__subclasses__():
        found.extend([child] if child.code else _leaves(child))
    return sorted(found, key=lambda each: each.code)


#: Every event class by its wire name.
EVENTS: dict[str, type[Event]] = {tag_of(each): each for each in _leaves(Event)}
#: The entries a timeline can hold.
DURABLE: dict[str, type[Event]] = {tag: each for tag, each in EVENTS.items() if each.durable}

AnyEvent = (
    MessageCreated
    | MessageEdited
    | MessageRecalled
    | ReactionAdded
    | ReactionRemoved
    | MessagePinned
    | MessageUnpinned
    | MessageConfirmed
    | MessagePreviewed
    | ConversationCreated
    | ConversationUpdated
    | MemberAdded
    | MemberRemoved
    | MemberChanged
    | InboxJoined
    | InboxLeft
    | ReadMoved
    | MentionReceived
    | DeviceAdded
    | DeviceRevoked
    | PreferenceChanged
    | SettingChanged
    | DraftChanged
    | SavedChanged
    | ThreadFollowed
    | ScheduledChanged
    | ReminderChanged
    | ReceiptRead
    | ReceiptDelivered
    | TypingStarted
    | TypingStopped
    | PresenceChanged
    | ConversationAdvanced
    | MessageWhispered
    | ModalOpened
)
