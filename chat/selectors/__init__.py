"""Reads. Each takes the user's id and refuses outsiders with ``not_a_member``; nothing here writes."""

from chat.selectors.access import (
    Subscription,
    get_heads,
    get_seat,
    get_subscription,
    is_large,
    is_member,
    list_heads_since,
    list_member_ids,
    list_subscriptions,
)
from chat.selectors.channels import get_channel, list_inside, require_see
from chat.selectors.edits import Version, list_versions
from chat.selectors.inbox import Inbox, get_state, list_inbox, state_of, states_of
from chat.selectors.members import Member, Members, count_shared, list_members
from chat.selectors.own import (
    Saved,
    get_own_head,
    list_drafts,
    list_reminders,
    list_saved,
    list_scheduled,
    list_settings,
)
from chat.selectors.pins import Pins, list_pins
from chat.selectors.readers import Reader, Readers, list_readers
from chat.selectors.shown import Shown, list_files
from chat.selectors.threads import Thread, Threads, list_threads
from chat.selectors.timelines import Entries, History, list_entries, list_history
from chat.selectors.unread import count_unread

__all__ = [
    "Entries",
    "History",
    "Inbox",
    "Member",
    "Members",
    "Pins",
    "Reader",
    "Readers",
    "Saved",
    "Shown",
    "Subscription",
    "Thread",
    "Threads",
    "Version",
    "count_shared",
    "count_unread",
    "get_channel",
    "get_heads",
    "get_own_head",
    "get_seat",
    "get_state",
    "get_subscription",
    "is_large",
    "is_member",
    "list_drafts",
    "list_entries",
    "list_files",
    "list_heads_since",
    "list_history",
    "list_inbox",
    "list_inside",
    "list_member_ids",
    "list_members",
    "list_pins",
    "list_readers",
    "list_reminders",
    "list_saved",
    "list_scheduled",
    "list_settings",
    "list_subscriptions",
    "list_threads",
    "list_versions",
    "require_see",
    "state_of",
    "states_of",
]
