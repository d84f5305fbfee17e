"""The reducer of clients, pure: snapshot + events = new snapshot. Held against the server for every emitting service.

Three snapshots: a history page (``page_after``), an inbox (``inbox_after``), what is one person's alone (``own_after``).
The rules are those of docs/protocol.md: what a snapshot holds already is skipped by its seq, of two states of a message
the greater ``version`` holds, positions only grow, counts are derived. Therefore the order in which two timelines reach a
client does not matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from protocol import events as e

Page = dict[int, e.Event]
Inbox = dict[int, e.ConversationState]

#: Numbers that an inbox row lists at most.
NUMBERS = 200
#: Members above which a conversation is large.
LARGE = 500

_WISHES = ("notify", "silent_until", "starred_at", "unread_from")
_SHOWN = (e.MessageCreated, e.ConversationCreated, e.ConversationUpdated, e.MemberAdded, e.MemberRemoved)
_CHANGES = (
    *(e.MessageEdited, e.MessageRecalled, e.ReactionAdded, e.ReactionRemoved),
    *(e.MessagePinned, e.MessageUnpinned, e.MessageConfirmed, e.MessagePreviewed),
)
#: Repliers that the first message of a thread names.
PEOPLE = 5


def page_after(page: Mapping[int, e.Event], told: Iterable[e.Event], conversation: int) -> Page:
    """A history page (seq -> event) of ``conversation`` after ``told``."""
    after = dict(page)
    for event in told:
        if not isinstance(event, e.Durable) or event.conversation != conversation:
            continue
        if isinstance(event, _SHOWN):
            held = after.get(event.seq)
            if not isinstance(held, e.MessageCreated) or held.version < getattr(event, "version", 0):
                after[event.seq] = event
        elif isinstance(event, _CHANGES):
            message = after.get(event.target)
            if isinstance(message, e.MessageCreated):
                after[event.target] = message_after(message, event)
        if isinstance(event, (e.MessageCreated, e.MessageRecalled)) and event.thread_root:
            root = after.get(event.thread_root)
            if isinstance(root, e.MessageCreated):
                after[root.seq] = root_after(root, event)
    return after


def root_after(root: e.MessageCreated, event: e.MessageCreated | e.MessageRecalled) -> e.MessageCreated:
    """The first message of a thread after a reply to it, or after one was recalled."""
    if event.seq <= root.version:
        return root
    if isinstance(event, e.MessageRecalled):
        return replace(root, version=event.seq, thread_count=max(0, root.thread_count - 1))
    people = list(dict.fromkeys([*root.thread_people, event.sender]))[:PEOPLE]
    last_at = max(root.thread_last_at, event.at)
    return replace(
        root, version=event.seq, thread_count=root.thread_count + 1, thread_last_at=last_at, thread_people=people
    )


def message_after(message: e.MessageCreated, event: e.Event) -> e.MessageCreated:
    """A message after an entry that changes it."""
    if not isinstance(event, _CHANGES) or event.seq <= message.version:
        return message
    if isinstance(event, e.MessageEdited):
        changed: dict[str, Any] = {
            "body": event.body,
            "mentions": event.mentions,
            "mentions_all": event.mentions_all,
            "edited_at": event.at,
        }
    elif isinstance(event, e.MessageRecalled):
        changed = {"body": {}, "mentions": [], "mentions_all": False, "reactions": {}, "recalled_at": event.at}
        changed |= {"urgent": False, "confirmed": [], "pinned_at": 0, "previews": [], "forwarded_from": 0}
    elif isinstance(event, (e.MessagePinned, e.MessageUnpinned)):
        changed = {"pinned_at": event.at if isinstance(event, e.MessagePinned) else 0}
    elif isinstance(event, e.MessageConfirmed):
        changed = {"confirmed": [*message.confirmed, event.sender]}
    elif isinstance(event, e.MessagePreviewed):
        changed = {"previews": event.previews}
    else:
        users = [each for each in message.reactions.get(event.emoji, []) if each != event.sender]
        if isinstance(event, e.ReactionAdded):
            users.append(event.sender)
        others = {emoji: who for emoji, who in message.reactions.items() if emoji != event.emoji or users}
        changed = {"reactions": {**others, event.emoji: users} if users else others}
    return replace(message, version=event.seq, **changed)


@dataclass(frozen=True)
class Own:
    """What is one person's alone, true as of ``seq`` of the personal timeline."""

    seq: int = 0
    settings: dict[str, Any] = field(default_factory=dict)
    #: (conversation, thread_root) -> (text, reply_to).
    drafts: dict[tuple[int, int], tuple[str, int]] = field(default_factory=dict)
    #: (conversation, seq) of messages kept for later.
    saved: frozenset[tuple[int, int]] = frozenset()
    #: Id -> (conversation, state, when, text, problem) of messages for later.
    scheduled: dict[int, tuple[int, str, int, str, str]] = field(default_factory=dict)
    #: (conversation, seq) -> (when, due, note) of reminders.
    reminders: dict[tuple[int, int], tuple[int, bool, str]] = field(default_factory=dict)


def own_after(own: Own, told: Iterable[e.Event], me: int) -> Own:
    """The person's own facts after ``told``; those of others do not reach ``me``."""
    for event in told:
        if not isinstance(event, e.Durable) or event.scope is not e.Scope.PERSONAL or event.sender != me:
            continue
        if event.seq <= own.seq:
            continue
        settings, drafts, saved = dict(own.settings), dict(own.drafts), own.saved
        scheduled, reminders = dict(own.scheduled), dict(own.reminders)
        match event:
            case e.SettingChanged(name=name, value=None):
                settings.pop(name, None)
            case e.SettingChanged(name=name, value=value):
                settings[name] = value
            case e.DraftChanged(target=target, thread_root=root, text=""):
                drafts.pop((target, root), None)
            case e.DraftChanged(target=target, thread_root=root):
                drafts[(target, root)] = (event.text, event.reply_to)
            case e.SavedChanged(target=target, message=message):
                saved = saved | {(target, message)} if event.saved else saved - {(target, message)}
            case e.ScheduledChanged(state="waiting" | "failed" as state):
                scheduled[event.scheduled] = (event.target, state, event.when, event.text, event.problem)
            case e.ScheduledChanged(state="sent" | "cancelled"):
                scheduled.pop(event.scheduled, None)
            case e.ReminderChanged(target=target, message=message, state="done"):
                reminders.pop((target, message), None)
            case e.ReminderChanged(target=target, message=message):
                reminders[(target, message)] = (event.when, event.state == "due", event.note)
        own = Own(event.seq, settings, drafts, saved, scheduled, reminders)
    return own


def inbox_after(inbox: Mapping[int, e.ConversationState], told: Iterable[e.Event], me: int) -> Inbox:
    """The inbox of ``me`` after ``told``; events of conversations that are not in it are not for this person."""
    after = dict(inbox)
    for event in told:
        conversation = getattr(event, "conversation", 0)
        state = after.get(conversation)
        if state is None:
            continue
        if isinstance(event, e.Durable):
            if event.seq <= state.head_seq:
                continue
            after[conversation] = replace(state, head_seq=event.seq, last_at=event.at)
        _own_fact(after, event)
        if conversation in after:
            after[conversation] = derived(_conversation_fact(after[conversation], event, me))
    return after


def derived(state: e.ConversationState) -> e.ConversationState:
    """The row with its counts as they follow from its positions and numbers."""
    recalled = sorted({each for each in state.recalled if each > state.read_number})
    mentioned = sorted({each for each in state.mentioned if each > state.read_number} - set(recalled))
    return replace(
        state,
        recalled=recalled[-NUMBERS:],
        mentioned=mentioned[-NUMBERS:],
        unread=state.last_number - state.read_number - len(recalled),
        unread_mentions=len(mentioned),
        large=state.member_count > LARGE,
    )


def _own_fact(inbox: Inbox, event: e.Event) -> None:
    """What a personal timeline says about other conversations."""
    if isinstance(event, e.InboxJoined):
        held = inbox.get(event.state.conversation)
        if held is None or held.head_seq < event.state.head_seq:
            inbox[event.state.conversation] = event.state
    elif isinstance(event, e.InboxLeft):
        inbox.pop(event.target, None)
    elif isinstance(event, e.ReadMoved) and event.target in inbox:
        state = inbox[event.target]
        read = max(state.read_number, event.read_number)
        inbox[event.target] = derived(replace(state, read_number=read, unread_from=0))
    elif isinstance(event, e.PreferenceChanged) and event.target in inbox:
        wished = {name: getattr(event, name) for name in _WISHES}
        inbox[event.target] = replace(inbox[event.target], **wished)
    elif isinstance(event, e.MentionReceived) and event.message.conversation in inbox:
        state = inbox[event.message.conversation]
        mentioned = [*state.mentioned, event.message.number]
        inbox[state.conversation] = derived(replace(state, mentioned=mentioned))


def _conversation_fact(state: e.ConversationState, event: e.Event, me: int) -> e.ConversationState:
    if isinstance(event, e.MessageCreated):
        read = max(state.read_number, event.number) if event.sender == me else state.read_number
        recalled = [*state.recalled, event.number] if event.recalled_at else state.recalled
        return replace(state, last_number=event.number, last=event, read_number=read, recalled=recalled)
    if isinstance(event, _CHANGES):
        last = state.last
        if last is not None and last.seq == event.target:
            last = message_after(last, event)
        more = [event.number] if isinstance(event, e.MessageRecalled) else []
        return replace(state, last=last, recalled=[*state.recalled, *more])
    return _setting(state, event, me)


def _setting(state: e.ConversationState, event: e.Event, me: int) -> e.ConversationState:
    match event:
        case e.ConversationUpdated():
            settings = {name: getattr(event, name) for name in ("title", "description", "post_policy", "avatar")}
            return replace(state, **settings)
        case e.MemberAdded() | e.MemberRemoved():
            return replace(state, member_count=event.member_count)
        case e.MemberChanged() if event.user == me:
            return replace(state, role=event.role, muted_until=event.muted_until)
        case e.ReceiptRead() if event.user == me:
            return replace(state, read_number=max(state.read_number, event.read_number))
        case e.ReceiptDelivered() if event.user == me:
            return replace(state, delivered_seq=max(state.delivered_seq, event.delivered_seq))
    return state
