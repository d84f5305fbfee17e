"""Which files somebody may send: his own, and those that a conversation shows him already. Three queries at most."""

from collections.abc import Collection
from uuid import UUID

from chat.models import File, FileUse, Membership

Wanted = tuple[int, UUID]


def list_sendable(wanted: Collection[Wanted]) -> dict[Wanted, File]:
    """Of the (user, file) pairs, those in which the user uploaded the file or may read it. User 0 may send all."""
    files = File.objects.in_bulk({file for _, file in wanted})
    there = {(user, file) for user, file in wanted if file in files}
    sendable = {(user, file) for user, file in there if user in (0, files[file].uploader_id)}
    if rest := there - sendable:
        sendable |= _find_shown(rest)
    return {(user, file): files[file] for user, file in sendable}


def _find_shown(pairs: set[Wanted]) -> set[Wanted]:
    uses = FileUse.objects.filter(file_id__in={file for _, file in pairs})
    shown: dict[int, list[tuple[UUID, int]]] = {}
    for file, conversation, seq in uses.values_list("file_id", "conversation_id", "seq"):
        shown.setdefault(conversation, []).append((file, seq))
    seats = Membership.objects.filter(user_id__in={user for user, _ in pairs}, conversation_id__in=shown.keys())
    readable = {
        (user, file)
        for user, conversation, first in seats.values_list("user_id", "conversation_id", "history_from")
        for file, seq in shown[conversation]
        if seq >= first
    }
    return readable & pairs
