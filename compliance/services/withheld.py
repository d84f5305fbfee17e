"""Words under a legal hold that somebody takes back: gone for the chat, kept for a compliance officer until the release.

Read by ``exporting`` alone, whose every use is recorded with its reason. Why so: docs/decisions/0019-recalls-under-a-hold.md
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from uuid import UUID

from chat.models import Entry
from chat.timeline import losing
from chat.timeline.reading import files_of
from compliance import selectors
from compliance.models import HeldWords, LegalHold

EDITED = "message.edited"


def keep_what_is_taken_back() -> None:
    """Recalls are shown to holds from now on."""
    losing.register(keep, kept_files)


def keep(lost: Sequence[losing.Lost]) -> None:
    """Store what a hold lies upon, with its earlier bodies. One query where there is no hold at all."""
    if not LegalHold.objects.filter(released_at=None).exists():
        return
    held = cache(_hold)
    kept = {(each.conversation, each.seq): hold for each in lost if (hold := held(each.conversation, each.sender))}
    if not kept:
        return
    earlier: dict[tuple[int, int], list[object]] = {}
    edits = Entry.objects.filter(type=EDITED, conversation__in={place[0] for place in kept})
    edits = edits.filter(target__in={place[1] for place in kept}).order_by("seq")
    for conversation, target, body in edits.values_list("conversation_id", "target", "body"):
        earlier.setdefault((conversation, target), []).append(body.get("previous", {}).get("body", {}))
    rows = [
        HeldWords(
            conversation=each.conversation, seq=each.seq, sender=each.sender, kind=each.kind, body=each.body,
            earlier=earlier.get((each.conversation, each.seq), []), said_at=each.said_at, taken_by=each.by,
            taken_at=each.at, hold=kept[each.conversation, each.seq],
            files=[str(file) for file in files_of(each.kind, each.body)],
        )
        for each in lost if (each.conversation, each.seq) in kept
    ]  # fmt: skip
    HeldWords.objects.bulk_create(rows, ignore_conflicts=True)


def let_go(hold: int) -> None:
    """The hold is released: what no other one keeps goes now."""
    held = cache(_hold)
    for row in HeldWords.objects.filter(hold=hold).iterator():
        if other := held(row.conversation, row.sender):
            HeldWords.objects.filter(pk=row.pk).update(hold=other)
        else:
            row.delete()


def kept_of(conversation: int) -> Mapping[int, HeldWords]:
    """Seq -> what was taken back there and is kept."""
    return {each.seq: each for each in HeldWords.objects.filter(conversation=conversation)}


def kept_files(files: Iterable[UUID]) -> set[UUID]:
    """Those that a kept message shows."""
    asked = {str(each) for each in files}
    shown = (each for told in HeldWords.objects.exclude(files=[]).values_list("files", flat=True) for each in told)
    return {UUID(each) for each in shown if each in asked}


def _hold(conversation: int, sender: int) -> int:
    found = selectors.find_hold(conversation=conversation) or (selectors.find_hold(user=sender) if sender else None)
    return found.pk if found else 0
