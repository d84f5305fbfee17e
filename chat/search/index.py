"""Keeping the token index true: messages said, edited and recalled → documents written or forgotten.

Written from the message as it is now, never from what an entry says, so doing it twice or late changes nothing. The one
part of search that writes; the listener and ``manage.py reindex_search`` call it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from chat import kinds
from chat.models import Entry, SearchDocument
from chat.rendering import MESSAGE
from chat.search import marks
from chat.search.find import backend
from chat.search.tokens import index_tokens
from chat.search.wanted import NewDocument

_LINK = re.compile(r"\b(?:https?://|www\.)\S", re.IGNORECASE)


def index(entries: Iterable[Entry]) -> None:
    """Take in what these entries said or changed: ``message.created``, ``message.edited``, ``message.recalled``."""
    touched: dict[int, set[int]] = defaultdict(set)
    for entry in entries:
        touched[entry.conversation_id].add(entry.target or entry.seq)
    for conversation, seqs in touched.items():
        index_messages(Entry.objects.filter(conversation_id=conversation, seq__in=seqs, type=MESSAGE))


def index_messages(messages: Iterable[Entry]) -> int:
    """Write the documents of these messages, forget those with nothing to find; the number written."""
    kept: dict[tuple[int, int], Entry] = {}
    gone: list[Entry] = []
    for message in messages:
        if message.recalled_at is None and message.kind in kinds.all_kinds() and kinds.get(message.kind).searched:
            kept[message.conversation_id, message.seq] = message
        else:
            gone.append(message)
    if gone:
        _forget(gone)
    if kept:
        ids = _ids(kept)
        backend().write([_document(message, ids[place]) for place, message in kept.items()])
    return len(kept)


def _forget(messages: Sequence[Entry]) -> None:
    seqs: dict[int, list[int]] = defaultdict(list)
    for each in messages:
        seqs[each.conversation_id].append(each.seq)
    for conversation, some in seqs.items():
        SearchDocument.objects.filter(conversation_id=conversation, seq__in=some).delete()


def _ids(messages: dict[tuple[int, int], Entry]) -> dict[tuple[int, int], int]:
    """The document id of each message: the one it has, else the one its time gives, else the next free."""
    wanted = {place: marks.document_id(each.at, *place) for place, each in messages.items()}
    seqs: dict[int, list[int]] = defaultdict(list)
    for conversation, seq in messages:
        seqs[conversation].append(seq)
    ids: dict[tuple[int, int], int] = {}
    for conversation, some in seqs.items():
        rows = SearchDocument.objects.filter(conversation_id=conversation, seq__in=some)
        ids.update(((conversation, seq), pk) for seq, pk in rows.values_list("seq", "pk"))
    open_places = [place for place in wanted if place not in ids]
    used = set(ids.values())
    while open_places:
        for place in open_places:
            while wanted[place] in used:
                wanted[place] += 1
            used.add(wanted[place])
        taken = set(
            SearchDocument.objects.filter(pk__in=[wanted[each] for each in open_places]).values_list("pk", flat=True)
        )
        ids.update((place, wanted[place]) for place in open_places if wanted[place] not in taken)
        open_places = [place for place in open_places if wanted[place] in taken]
    return ids


def _document(message: Entry, pk: int) -> NewDocument:
    kind = kinds.get(message.kind)
    text = kind.search_text(message.body)
    has_link = _LINK.search(text) is not None
    bears = [marks.ANY, marks.place(message.conversation_id)]
    if message.sender_id:
        bears.append(marks.sender(message.sender_id))
    if has_link:
        bears.append(marks.having("link"))
    if kind.files(message.body):
        bears.append(marks.having("file"))
    if message.kind == "image":
        bears.append(marks.having("image"))
    return NewDocument(
        id=pk,
        conversation=message.conversation_id,
        seq=message.seq,
        sender=message.sender_id,
        kind=message.kind,
        has_link=has_link,
        at=message.at,
        marks=bears,
        tokens=index_tokens(text),
    )
