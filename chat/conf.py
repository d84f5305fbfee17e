"""Tunables of the room ``chat``: each may be overridden in settings as ``CHAT_<NAME>``.

Read when used, never at import: ``conf.LARGE_CONVERSATION``. What belongs to the wire is in ``protocol.limits``.
"""

from typing import Any

from django.conf import settings

#: Members above which a conversation is large: background sessions get a hint instead of full events.
LARGE_CONVERSATION: int
#: Members up to which delivered positions are kept and told. 50: above it nobody reads them, and each costs a write.
DELIVERED_RECEIPTS_UP_TO: int
#: Members one conversation may have.
MAX_MEMBERS: int
#: Seconds in which a message may be edited or recalled by its sender.
EDIT_WINDOW: int
RECALL_WINDOW: int
#: Ids in one ``member.added`` or ``member.removed`` entry, and rows in one bulk statement of a join.
MEMBER_CHUNK: int
#: Numbers that an inbox row lists in ``recalled`` and ``mentioned``.
INBOX_NUMBERS: int
#: Entries that ``inbox.sync`` sends along in one page, all conversations together.
INBOX_ENTRIES: int
#: People who may put the same emoji under one message. The message's row lists them all, and each one rewrites it.
REACTIONS_PER_EMOJI: int
#: Members up to which a message may be urgent: each is asked for an answer of his own.
URGENT_UP_TO: int
#: People who may confirm one message; as with reactions its row lists them all.
CONFIRMATIONS: int
#: Messages in one forward, and bytes of those merged into one: four times a body, still one frame on the socket.
FORWARD_MESSAGES: int
FORWARD_BYTES: int
#: Members up to which everybody may pin where everybody may post.
PINS_FREE_UP_TO: int
#: Members in one page.
MEMBER_PAGE: int
#: Entries that one turn of the listeners reads.
REACT_CHUNK: int
#: Seconds after which ``chat.sweep`` takes a conversation whose hand-over did not move.
SWEEP_AFTER: int
#: Bytes of one uploaded file, and files one person may upload in a day.
FILE_MAX_BYTES: int
FILES_PER_DAY: int
#: Endings of names and types by content that are not taken: what an office computer runs at a double click.
FILE_BLOCKED_ENDINGS: frozenset[str]
FILE_BLOCKED_TYPES: frozenset[str]
#: Bytes of one piece of an upload: what is sent again after a broken connection, and what a request holds in memory.
UPLOAD_CHUNK: int
#: Uploads one person may have under way, and hours after which an unfinished one is given up.
UPLOADS_OPEN: int
UPLOAD_HOURS: int
#: Hours after which an upload that no message shows is removed.
FILE_UNUSED_HOURS: int
#: Pixels of a picture: 40 million are 8,000 × 5,000, and 160 MB while its thumbnail is made.
IMAGE_MAX_PIXELS: int
#: Longest side of a thumbnail.
THUMBNAIL_PIXELS: int

#: Sides of a person's or group's picture: the largest place that shows one is 128 CSS pixels, on dense screens twice that.
AVATAR_PIXELS: int
#: Bytes of the picture that one is made from.
AVATAR_MAX_BYTES: int
#: Whether the server looks up what links lead to; networks that it may ask besides public ones, and ports.
LINK_PREVIEWS: bool
OUTGOING_NETWORKS: list[str]
OUTGOING_PORTS: list[int]

_PROGRAMS = frozenset(
    "ade adp app appx bat cab chm cmd com cpl dll dmg exe hta jar jse lnk msc msi msix msp pif ps1 psm1 reg scf scr sct"  # noqa: SIM905
    " sys vbe vbs wsc wsf wsh xll apk".split()
)
_PROGRAM_TYPES = frozenset(
    {
        "application/x-msdownload",
        "application/x-executable",
        "application/x-mach-binary",
        "application/java-vm",
    }
)

_DEFAULTS: dict[str, Any] = {
    "LARGE_CONVERSATION": 500,
    "DELIVERED_RECEIPTS_UP_TO": 50,
    "MAX_MEMBERS": 1_000_000,
    "EDIT_WINDOW": 24 * 3600,
    "RECALL_WINDOW": 24 * 3600,
    "MEMBER_CHUNK": 500,
    "INBOX_NUMBERS": 200,
    "INBOX_ENTRIES": 2_000,
    "REACTIONS_PER_EMOJI": 1_000,
    "URGENT_UP_TO": 500,
    "CONFIRMATIONS": 1_000,
    "FORWARD_MESSAGES": 100,
    "FORWARD_BYTES": 128 * 1024,
    "PINS_FREE_UP_TO": 500,
    "MEMBER_PAGE": 200,
    "REACT_CHUNK": 200,
    "SWEEP_AFTER": 10,
    "FILE_MAX_BYTES": 50 * 1024 * 1024,
    "FILES_PER_DAY": 2_000,
    "FILE_BLOCKED_ENDINGS": _PROGRAMS,
    "FILE_BLOCKED_TYPES": _PROGRAM_TYPES,
    "UPLOAD_CHUNK": 4 * 1024 * 1024,
    "UPLOADS_OPEN": 20,
    "UPLOAD_HOURS": 24,
    "FILE_UNUSED_HOURS": 7 * 24,
    "IMAGE_MAX_PIXELS": 40_000_000,
    "THUMBNAIL_PIXELS": 480,
    "LINK_PREVIEWS": True,
    "OUTGOING_NETWORKS": [],
    "OUTGOING_PORTS": [80, 443],
    "AVATAR_PIXELS": 256,
    "AVATAR_MAX_BYTES": 10 * 1024 * 1024,
}


def __getattr__(name: str) -> Any:
    if name in _DEFAULTS:
        return getattr(settings, f"CHAT_{name}", _DEFAULTS[name])
    raise AttributeError(name)
