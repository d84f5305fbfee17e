"""The token index on SQLite: an FTS5 table whose rowid is the document's id. SQL only.

FTS5 walks its lists from the newest row down and stops when the page is full, so a common word costs no more than a rare
one. Marks of a person's conversations go into the query while they are few enough.
"""

import json
from collections.abc import Sequence

from django.db import connection

from chat.search.tokens import Phrase
from chat.search.wanted import Hit, NewDocument, Wanted

#: With more conversations than this the rows are filtered after the index. FTS5 reads 500 marks in about 2 ms.
MAX_MARKS = 500

_FIND = """
    SELECT d.id, d.conversation_id, d.seq FROM chat_searchtoken f CROSS JOIN chat_searchdocument d ON d.id = f.rowid
    WHERE f.chat_searchtoken MATCH %s AND f.rowid >= %s AND f.rowid < %s
      AND d.conversation_id IN (SELECT value FROM json_each(%s))
      AND d.seq >= (SELECT m.history_from FROM chat_membership m
                    WHERE m.conversation_id = d.conversation_id AND m.user_id = %s)
    ORDER BY f.rowid DESC LIMIT %s
"""


def find(wanted: Wanted) -> list[Hit]:
    """The newest documents that match, at most ``wanted.limit``."""
    scope: list[int | str] = [wanted.above, wanted.below, json.dumps(wanted.conversations), wanted.user, wanted.limit]
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [_expression(wanted), *scope])
        return [Hit(*row) for row in cursor.fetchall()]


def write(documents: Sequence[NewDocument]) -> None:
    """Put the documents in, over what was there for the same message."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO chat_searchdocument (id, conversation_id, seq, sender_id, kind, has_link, at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (conversation_id, seq) DO UPDATE SET kind = excluded.kind, has_link = excluded.has_link",
            [(*each.row()[:-1], connection.ops.adapt_datetimefield_value(each.at)) for each in documents],
        )
        cursor.executemany("DELETE FROM chat_searchtoken WHERE rowid = %s", [(each.id,) for each in documents])
        cursor.executemany(
            "INSERT INTO chat_searchtoken (rowid, tokens) VALUES (%s, %s)",
            [(each.id, " ".join([*each.marks, *each.tokens])) for each in documents],
        )


def _expression(wanted: Wanted) -> str:
    parts = [_phrase(each) for each in wanted.phrases]
    parts += ["(" + " OR ".join(f'"{mark}"' for mark in group) + ")" for group in wanted.marks]
    places = wanted.places(MAX_MARKS)
    if places:
        parts.append("(" + " OR ".join(f'"{mark}"' for mark in places) + ")")
    return " AND ".join(parts)


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")
