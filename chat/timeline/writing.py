"""What came of a batch, written: one statement per table and kind of change, whatever the batch's size."""

from collections.abc import Sequence
from operator import attrgetter

from chat import rows
from chat.models import Entry, FileUse
from chat.timeline import losing
from chat.timeline.scene import Scene

_ENTRY: rows.Columns = {
    "conversation_id": "bigint",
    "seq": "bigint",
    "number": "bigint",
    "type": "text",
    "sender_id": "bigint",
    "app": "bigint",
    "client_key": "text",
    "request_digest": "bytea",
    "kind": "text",
    "body": "jsonb",
    "reply_to": "bigint",
    "thread_root": "bigint",
    "target": "bigint",
    "mentions": "jsonb",
    "mentions_all": "boolean",
    "reactions": "jsonb",
    "edited_at": "timestamptz",
    "recalled_at": "timestamptz",
    "pinned_at": "timestamptz",
    "facts": "jsonb",
    "version": "bigint",
    "visible": "boolean",
    "at": "timestamptz",
}
_STATE = (
    *("body", "mentions", "mentions_all", "reactions"),
    *("edited_at", "recalled_at", "pinned_at", "facts", "version"),
)
_row = attrgetter(*_ENTRY)
_state = attrgetter(*_STATE)
_PLACE: rows.Columns = {"conversation_id": "bigint", "seq": "bigint"}


def write(scene: Scene) -> None:
    """All that the scene collected. The conversations first: their positions are what the batch holds locked."""
    if not scene.moved:
        return
    with rows.together():
        _place(scene)
    if scene.recalled:
        losing.offer(scene.lost)
        _forget(scene)


def _place(scene: Scene) -> None:
    rows.update(
        "chat_conversation",
        {"id": "bigint"},
        {"last_seq": "bigint", "last_number": "bigint", "last_message_seq": "bigint", "last_at": "timestamptz"},
        [
            (each.pk, each.last_seq, each.last_number, each.last_message_seq, each.last_at)
            for each in (scene.conversations[pk] for pk in sorted(scene.moved))
        ],
    )
    insert_entries(scene.entries)
    rows.update(
        "chat_entry",
        _PLACE,
        {name: _ENTRY[name] for name in _STATE},
        [(*place, *_state(entry)) for place, entry in sorted(scene.changed.items())],
    )
    rows.update(
        "chat_membership",
        {"conversation_id": "bigint", "user_id": "bigint"},
        {"read_number": "bigint", "read_at": "timestamptz"},
        [(*pair, number, scene.now) for pair, number in sorted(scene.read.items())],
        only_growing="read_number",
    )
    rows.update(
        "chat_membership",
        {"conversation_id": "bigint", "user_id": "bigint"},
        {"spoke_at": "timestamptz"},
        [(*pair, scene.now) for pair in sorted(scene.spoke)],
    )
    rows.insert(
        "chat_mention",
        {"user_id": "bigint", "conversation_id": "bigint", "number": "bigint", "seq": "bigint"},
        [(*key, seq) for key, seq in sorted(scene.mentions.items()) if (key[1], seq) not in scene.recalled],
        unless_there=True,
    )
    rows.insert(
        "chat_fileuse",
        {"file_id": "uuid", "conversation_id": "bigint", "seq": "bigint"},
        [use for use in scene.uses if use[1:] not in scene.recalled],
        unless_there=True,
    )


def insert_entries(entries: Sequence[Entry], *, unless_there: bool = False) -> None:
    """New rows of timelines, in one statement."""
    rows.insert("chat_entry", _ENTRY, [_row(entry) for entry in entries], unless_there=unless_there)


def _forget(scene: Scene) -> None:
    """What recalled messages leave behind elsewhere: bodies in their edits and previews, unread mentions, rights to files."""
    places = sorted(scene.recalled)
    source, parameters = rows.values({"c": "bigint", "t": "bigint"}, places)
    rows.write(
        f"""UPDATE chat_entry SET body = '{{}}', mentions = '[]', mentions_all = false
        WHERE type IN ('message.edited', 'message.previewed')
        AND (conversation_id, target) IN (SELECT v.c, v.t FROM {source})""",  # noqa: S608 - the source is made of marks
        parameters,
    )
    numbers = [(place[0], number) for place, (number, _) in sorted(scene.recalled.items())]
    source, parameters = rows.values({"c": "bigint", "n": "bigint"}, numbers)
    rows.write(
        f"DELETE FROM chat_mention WHERE (conversation_id, number) IN (SELECT v.c, v.n FROM {source})",  # noqa: S608 - the source is made of marks
        parameters,
    )
    if any(files for _, files in scene.recalled.values()):
        uses = FileUse.objects.filter(file_id__in={file for _, files in scene.recalled.values() for file in files})
        gone = [pk for pk, *place in uses.values_list("pk", "conversation_id", "seq") if tuple(place) in scene.recalled]
        FileUse.objects.filter(pk__in=gone).delete()
