"""The token index on PostgreSQL: a tsvector column with a GIN index. SQL only.

GIN answers "all that match", never "the newest that match", so a common word would fetch every hit of everybody. Three
ways bound that: the newest rows are walked first, which fills the page of a common word; marks of the person's
conversations go into the index query while they are few; and whoever has little is read through the conversations.
"""

from collections.abc import Sequence

from django.db import connection, transaction

from chat.search.tokens import Phrase
from chat.search.wanted import Hit, NewDocument, Wanted

#: Newest rows walked before the index is asked: about 20 ms. A page of 20 that they do not fill has few hits in all.
WALK = 10_000
#: With more marks GIN checks a tree of that many leaves for each candidate.
MAX_MARKS = 64
#: Whose conversations hold no more than this is read through them, 20 ms.
FEW = 10_000

#: The last word on who may see what: NULL, so no, for those who are not members.
_ALLOWED = """conversation_id = ANY(%(conversations)s) AND seq >= (
    SELECT m.history_from FROM chat_membership m WHERE m.conversation_id = d.conversation_id AND m.user_id = %(user)s)"""
_WALK = f"""
    SELECT id, conversation_id, seq FROM (
        SELECT id, conversation_id, seq, tokens FROM chat_searchdocument
        WHERE id >= %(above)s AND id < %(below)s ORDER BY id DESC LIMIT %(walk)s) d
    WHERE tokens @@ %(matching)s::tsquery AND {_ALLOWED} ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - no value is put in by hand
_INDEX = f"""
    WITH d AS MATERIALIZED (
        SELECT id, conversation_id, seq FROM chat_searchdocument
        WHERE tokens @@ %(matching)s::tsquery AND id >= %(above)s AND id < %(below)s)
    SELECT id, conversation_id, seq FROM d WHERE {_ALLOWED} ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - no value is put in by hand
_MINE = f"""
    WITH d AS MATERIALIZED (
        SELECT id, conversation_id, seq FROM chat_searchdocument
        WHERE conversation_id = ANY(%(conversations)s) AND id >= %(above)s AND id < %(below)s
          AND (tokens @@ %(matching)s::tsquery) IS TRUE)
    SELECT id, conversation_id, seq FROM d WHERE {_ALLOWED} ORDER BY id DESC LIMIT %(limit)s
"""  # noqa: S608 - no value is put in by hand


#: Compiling a statement or waking parallel workers takes 50 to 300 ms, each more than the statement itself.
_PLAIN = "SET LOCAL jit = off; SET LOCAL max_parallel_workers_per_gather = 0"


def find(wanted: Wanted) -> list[Hit]:
    """The newest documents that match, at most ``wanted.limit``. One query, or two when the walk does not fill it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_PLAIN)
        return _find(wanted)


def _find(wanted: Wanted) -> list[Hit]:
    values: dict[str, int | str | list[int]] = {
        "user": wanted.user,
        "conversations": wanted.conversations,
        "above": wanted.above,
        "below": wanted.below,
        "limit": wanted.limit,
        "walk": WALK,
        "matching": _expression(wanted, []),
    }
    if wanted.holding <= FEW:
        return _hits(_MINE, values)
    found = _hits(_WALK, values)
    if len(found) == wanted.limit:
        return found
    return _hits(_INDEX, {**values, "matching": _expression(wanted, wanted.places(MAX_MARKS))})


def write(documents: Sequence[NewDocument]) -> None:
    """Put the documents in, over what was there for the same message."""
    columns = list(zip(*(each.row() for each in documents), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chat_searchdocument (id, conversation_id, seq, sender_id, kind, has_link, at, tokens)"
            " SELECT n.id, n.conversation, n.seq, n.sender, n.kind, n.has_link, n.at, n.tokens::tsvector FROM unnest("
            " %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::bool[], %s::timestamptz[], %s::text[]"
            " ) AS n (id, conversation, seq, sender, kind, has_link, at, tokens)"
            " ON CONFLICT (conversation_id, seq) DO UPDATE SET"
            " kind = excluded.kind, has_link = excluded.has_link, tokens = excluded.tokens",
            [*(list(each) for each in columns), [_vector(each) for each in documents]],
        )


def _hits(statement: str, values: dict[str, int | str | list[int]]) -> list[Hit]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Hit(*row) for row in cursor.fetchall()]


def _vector(document: NewDocument) -> str:
    """A tsvector literal: the server's own parser would cut the tokens again. It keeps 255 places of a token."""
    placed: dict[str, list[str]] = {}
    for at, token in enumerate(document.tokens, start=1):
        placed.setdefault(token, []).append(str(min(at, 16383)))
    words = [f"'{token}':{','.join(places[:255])}" for token, places in placed.items()]
    return " ".join([*(f"'{mark}'" for mark in document.marks), *words])


def _expression(wanted: Wanted, places: Sequence[str]) -> str:
    parts = [_phrase(each) for each in wanted.phrases]
    parts += ["(" + " | ".join(f"'{mark}'" for mark in group) + ")" for group in [*wanted.marks, places] if group]
    return " & ".join(parts)


def _phrase(phrase: Phrase) -> str:
    words = [f"'{token}'" for token in phrase.tokens]
    if phrase.prefix:
        words[-1] += ":*"
    return "(" + " <-> ".join(words) + ")"
