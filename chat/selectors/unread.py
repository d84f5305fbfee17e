"""How much is unread for many people at once: the number on an app's icon, by the rule of the inbox. One query."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from chat import rows


def count_unread(users: Collection[int], now: datetime) -> dict[int, int]:
    """User → unread messages in all conversations; of those that are muted now only the unread mentions.

    The rule of unread is the inbox's: docs/glossary.md. Who has read everything is left out.
    """
    if not users:
        return {}
    source, parameters = rows.values({"u": "bigint"}, [(user,) for user in users])
    recalled = (
        "SELECT COUNT(*) FROM chat_entry e WHERE e.conversation_id = m.conversation_id"
        " AND e.recalled_at IS NOT NULL AND e.number > m.read_number"
    )
    mentioned = (
        "SELECT COUNT(*) FROM chat_mention n WHERE n.user_id = m.user_id"
        " AND n.conversation_id = m.conversation_id AND n.number > m.read_number"
    )
    found = rows.read(
        f"""SELECT m.user_id, SUM(CASE WHEN m.notify = 'none' OR m.silent_until > %s THEN ({mentioned})
                ELSE c.last_number - m.read_number - ({recalled}) END)
            FROM {source} JOIN chat_membership m ON m.user_id = v.u
            JOIN chat_conversation c ON c.id = m.conversation_id
            WHERE c.last_number > m.read_number GROUP BY m.user_id""",  # noqa: S608 - names from code
        [connection.ops.adapt_datetimefield_value(now), *parameters],
    )
    return {user: int(total) for user, total in found}
