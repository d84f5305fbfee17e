"""Search as its reader sees it: a query in, a page of messages with the places that matched out, newest first.

Only from the searcher's conversations and from ``history_from`` on. A fixed number of queries, whatever is found.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from types import ModuleType

import msgspec
from django.db import connection

from chat import kinds, policy
from chat.models import Entry
from chat.rendering import message_of
from chat.search import marks, names, operators, postgresql, sqlite
from chat.search.tokens import find_spans, fold
from chat.search.wanted import Hit, Wanted
from protocol import errors
from protocol.events import MessageCreated

MAX_LIMIT = 50


class SearchHit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A message found. ``highlights`` are ranges [begin, end) of ``text``, in code points, in order."""

    message: MessageCreated
    text: str
    highlights: list[tuple[int, int]] = []


class SearchPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hits, newest first. ``next``: pass it as cursor for older ones; empty at the end."""

    hits: list[SearchHit]
    next: str = ""


def find(
    user: int,
    query: str,
    *,
    conversation: int = 0,
    sender: int = 0,
    before: datetime | None = None,
    after: datetime | None = None,
    has: str = "",
    limit: int = 20,
    cursor: str = "",
    zone: tzinfo = UTC,
) -> SearchPage:
    """Messages that ``user`` may see and that match. Days in the query are days of ``zone``.

    Raises BadRequest (details.path names the argument; for ``query`` also details.operator) and Forbidden not_a_member.
    """
    if not 1 <= limit <= MAX_LIMIT:
        raise errors.BadRequest(f"limit goes from 1 to {MAX_LIMIT}.", details={"path": "limit"})
    parsed = operators.parse(query, zone)
    places = names.list_places(user)
    if conversation:
        places = [each for each in places if each.id == conversation]
        if not places:
            raise policy.outsider()
    people = names.find_people(user, names.person_names(parsed.senders, parsed.places))
    senders = [*names.senders_of(parsed.senders, people), *([sender] if sender else [])]
    if parsed.places:
        places = names.places_of(user, parsed.places, places, people)
    things = sorted(parsed.has | ({operators.has_of(has)} if has else set()))
    groups = [[marks.having(each)] for each in things] + ([[marks.sender(each) for each in senders]] if senders else [])
    starts = [marks.first_id(each) for each in (after, parsed.after) if each]
    ends = [marks.first_id(each) for each in (before, parsed.before) if each]
    if not (parsed.terms or groups or conversation or parsed.places or starts or ends):
        raise errors.BadRequest("Write a word to look for.", details={"path": "query"})
    wanted = Wanted(
        user=user,
        phrases=[each.phrase for each in parsed.terms],
        marks=groups or ([] if parsed.terms else [[marks.ANY]]),
        conversations=[each.id for each in places],
        holding=sum(each.holding for each in places),
        above=max(starts, default=0),
        below=min([_place_of(cursor), *ends]),
        limit=limit + 1,
    )
    found = backend().find(wanted) if places else []
    hits = _hits(found[:limit], parsed.terms)
    return SearchPage(hits=hits, next=f"{found[limit - 1].id:x}" if len(found) > limit else "")


def backend() -> ModuleType:
    """The SQL of the database in use."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def _place_of(cursor: str) -> int:
    if not cursor:
        return marks.MAX_ID
    try:
        place = int(cursor, 16) if cursor.isalnum() else -1
    except ValueError:
        place = -1
    if not 0 <= place <= marks.MAX_ID:
        raise errors.BadRequest("That cursor is not one of this server's.", details={"path": "cursor"})
    return place


def _hits(found: Iterable[Hit], terms: list[operators.Term]) -> list[SearchHit]:
    """The messages as they are now. One that changed since it was indexed and no longer matches is left out."""
    places = [(each.conversation, each.seq) for each in found]
    rows = {row.pk: row for row in Entry.objects.filter(pk__in=places, recalled_at__isnull=True)} if places else {}
    hits = []
    for place in places:
        if (row := rows.get(place)) is None:
            continue
        text = kinds.get(row.kind).search_text(row.body)
        folded = fold(text)
        spans = [find_spans(folded, each.text, exact=each.exact) for each in terms]
        if all(spans):
            ranges = merged([span for each in spans for span in each])
            hits.append(SearchHit(message=message_of(row), text=text, highlights=ranges))
    return hits


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch or overlap as one."""
    result: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if result and begin <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((begin, end))
    return result
