"""What somebody typed into the search box → words and typed filters. Pure: names are resolved by ``chat.search.people``.

``from:alice`` ``from:me`` ``in:"Product team"`` ``in:@bob`` ``in:42`` ``has:link|file|image`` ``before:2026-11-01``
``after:2026-10-01``; quotes ask for exactly these words. Days are half open: from ``after`` on, and before ``before``.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from chat.search.tokens import Phrase, phrase_of
from protocol import errors

#: Characters of a query. Longer than any sentence somebody remembers.
QUERY_CHARS = 200
#: Words and operators of a query: each costs the index a lookup.
MAX_TERMS = 20
HAS = ("link", "file", "image")

_QUOTED = r'"[^"]*"?|“[^”]*”?'
#: Full-width colons and quotes too: that is what a Chinese keyboard types.
_PARTS = re.compile(
    rf"(?:(?P<name>from|in|has|before|after)[:：](?P<value>{_QUOTED}|\S*))|(?P<quoted>{_QUOTED})|(?P<term>\S+)", re.I
)
_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Term:
    """One word, or several in quotes (``exact``)."""

    text: str
    exact: bool
    phrase: Phrase


@dataclass(slots=True)
class Query:
    """A parsed query. Names in ``senders`` and ``places`` are as typed; several of one sort mean any of them."""

    terms: list[Term] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    has: set[str] = field(default_factory=set)
    before: datetime | None = None
    after: datetime | None = None


def parse(text: str, zone: tzinfo) -> Query:
    """The query. Raises BadRequest (path "query") naming the operator whose value is wrong."""
    if len(text) > QUERY_CHARS:
        raise errors.BadRequest(f"A query may have {QUERY_CHARS} characters.", details={"path": "query"})
    query = Query()
    parts = list(_PARTS.finditer(text))
    if len(parts) > MAX_TERMS:
        raise errors.BadRequest(f"A query may have {MAX_TERMS} words and filters.", details={"path": "query"})
    for part in parts:
        if part["name"]:
            _operator(query, part["name"].lower(), part["value"].strip('"“”').strip(), zone)
        else:
            found = part["quoted"] or part["term"]
            _term(query, found.strip('"“”'), exact=part["quoted"] is not None)
    return query


def _term(query: Query, text: str, *, exact: bool) -> None:
    phrase = phrase_of(text, exact=exact)
    if phrase is not None:  # nothing but punctuation: it asks for nothing
        query.terms.append(Term(text, exact, phrase))


def _operator(query: Query, name: str, value: str, zone: tzinfo) -> None:
    if not value:
        raise wrong(name, value, f"Write something after {name}: without a space.")
    if name == "from":
        query.senders.append(value)
    elif name == "in":
        query.places.append(value)
    elif name == "has":
        query.has.add(has_of(value))
    elif name == "before":
        query.before = _earliest(query.before, _day(name, value, zone))
    else:
        day = _day(name, value, zone)
        query.after = day if query.after is None else max(query.after, day)


def has_of(value: str) -> str:
    """One of HAS. Raises BadRequest."""
    if value.lower() not in HAS:
        raise wrong("has", value, f"has: takes {', '.join(HAS)}.")
    return value.lower()


def _earliest(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _day(name: str, value: str, zone: tzinfo) -> datetime:
    found = _DAY.match(value)
    try:
        if found:
            return datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=zone)
    except ValueError:
        pass  # the 31st of February
    raise wrong(name, value, f"{name}: takes a day such as 2026-11-23.")


def wrong(operator: str, value: str, message: str) -> errors.BadRequest:
    """The error for an operator whose value cannot be used."""
    return errors.BadRequest(message, details={"path": "query", "operator": operator, "value": value[:80]})
