"""The token index of search, per database: Django has no field for it.

SQLite: an FTS5 table keyed by SearchDocument.id. It keeps its own copy of the tokens, because forgetting a row without the
old tokens (contentless_delete) needs SQLite 3.43. The ``ascii`` tokenizer takes everything above ASCII as part of a
word, so the tokens arrive as chat.search cut them; the built-in Unicode one would cut them again by rules of 2012.
PostgreSQL: a tsvector column, because a second table would cost a join for each hit.

A later migration that alters SearchDocument on SQLite rebuilds the table and loses the trigger: make it again there.
"""

from django.db import migrations

SQLITE = [
    """CREATE VIRTUAL TABLE chat_searchtoken USING fts5(tokens, tokenize="ascii", columnsize=0, prefix='1')""",
    """CREATE TRIGGER chat_searchdocument_forget AFTER DELETE ON chat_searchdocument
       BEGIN DELETE FROM chat_searchtoken WHERE rowid = old.id; END""",
]
SQLITE_BACK = ["DROP TRIGGER chat_searchdocument_forget", "DROP TABLE chat_searchtoken"]

#: A short pending list: what waits in it is searched one by one by every query.
POSTGRESQL = [
    "ALTER TABLE chat_searchdocument ADD COLUMN tokens tsvector NOT NULL DEFAULT ''",
    "CREATE INDEX search_document_tokens ON chat_searchdocument USING gin (tokens) WITH (gin_pending_list_limit = 512)",
]
POSTGRESQL_BACK = ["ALTER TABLE chat_searchdocument DROP COLUMN tokens"]


def _run(editor, statements):
    for each in statements:
        editor.execute(each)


def make(apps, editor):
    _run(editor, POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


def undo(apps, editor):
    _run(editor, POSTGRESQL_BACK if editor.connection.vendor == "postgresql" else SQLITE_BACK)


class Migration(migrations.Migration):
    dependencies = [("chat", "0002_entry_target")]
    operations = [migrations.RunPython(make, undo)]
