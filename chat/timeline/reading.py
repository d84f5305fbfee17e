"""Everything that one batch needs to know, read at its start: the locked conversations and what lies around them.

The number of queries depends on what kinds of drafts there are, never on how many.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.utils import timezone

from chat import kinds, rows
from chat.models import Conversation, Entry
from chat.policy import channels
from chat.rendering import MESSAGE, Place
from chat.sight import find_reachable
from chat.timeline import attachments, personal
from chat.timeline.drafts import Draft
from chat.timeline.scene import Key, Known, Pair, Scene, SeatRow

_CONVERSATION = [each.attname for each in Conversation._meta.concrete_fields]
SAME_SEAT = "t.conversation_id = v.c AND t.user_id = v.u"


def lock(conversations: Iterable[int]) -> dict[int, Conversation]:
    """The conversations, locked in the order of their ids until the transaction ends, so that no two batches cross.

    A service that writes into several locks them all here first. (SQLite: the file is locked already.)
    """
    return _ask_conversations(conversations)()


def load(drafts: Sequence[Draft]) -> Scene:
    """All that ``drafts`` need. Locks the conversations first: whatever is read after it holds until the commit."""
    mentioned = {(each.conversation, user) for each in drafts for user in each.mentions}
    personals = _find_personals(mentioned) if mentioned else {}
    with rows.together():
        conversations = _ask_conversations({each.conversation for each in drafts} | set(personals.values()))
        seats = _ask_seats({(each.conversation, each.speaker) for each in drafts if each.speaker})
        known = _ask_known([each for each in drafts if each.client_key])
        scene = Scene(now=now_in_milliseconds(), conversations=conversations(), personals=personals)
        scene.seats, scene.known = seats(), known()
    if mentioned:
        scene.mentionable = _find_members(mentioned)
        if inside := {pk for pk, each in scene.conversations.items() if channels.is_channel(each)}:
            scene.mentionable |= find_reachable(mentioned - scene.mentionable, inside)
    if places := {place for each in drafts for place in _places(each)}:
        scene.messages = _find_messages(places)
        if roots := _roots_of_recalled(drafts, scene) - scene.messages.keys():
            scene.messages |= _find_messages(roots)
    if files := {(each.speaker, file) for each in drafts for file in files_of(each.kind, each.body)}:
        scene.files = attachments.list_sendable(files)
    return scene


def now_in_milliseconds() -> datetime:
    """Now, cut to what the wire carries, so that the ack, the event and the row say the same time."""
    now = timezone.now()
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def files_of(kind: str, body: dict[str, Any]) -> list[UUID]:
    """The files that a message body shows; none for entries that are not messages."""
    return list(kinds.get(kind).files(body)) if kind and body else []


def _places(draft: Draft) -> list[Place]:
    return [(draft.conversation, seq) for seq in (draft.target, draft.reply_to, draft.thread_root) if seq]


def _find_messages(places: set[Place]) -> dict[Place, Entry]:
    found = Entry.objects.filter(pk__in=sorted(places), type=MESSAGE)
    return {(each.conversation_id, each.seq): each for each in found}


def _roots_of_recalled(drafts: Sequence[Draft], scene: Scene) -> set[Place]:
    """First messages of the threads whose replies are recalled: they count one less. One more query, only then."""
    recalled = (
        scene.messages.get((each.conversation, each.target)) for each in drafts if each.type == "message.recalled"
    )
    return {(each.conversation_id, each.thread_root) for each in recalled if each is not None and each.thread_root}


def _find_personals(mentioned: set[Pair]) -> dict[int, int]:
    users = {user for _, user in mentioned}
    found = personal.find(users)
    if missing := users - found.keys():
        # First mention ever. Only members: an invented user id must not make rows.
        pairs = {pair for pair in mentioned if pair[1] in missing}
        members = _find_members(pairs)
        if others := pairs - members:  # of a channel, who may see it without having subscribed
            members |= find_reachable(others, {pk for pk, _ in others})
        found |= personal.ensure({user for _, user in members})
    return found


def _find_members(pairs: set[Pair]) -> set[Pair]:
    source, parameters = rows.values({"c": "bigint", "u": "bigint"}, sorted(pairs))
    sql = f"SELECT t.conversation_id, t.user_id FROM {source} {rows.each('chat_membership', SAME_SEAT, limit=1)}"  # noqa: S608 - the source is made of marks
    return {(row[0], row[1]) for row in rows.read(sql, parameters)}


def _ask_conversations(conversations: Iterable[int]) -> Callable[[], dict[int, Conversation]]:
    wanted = sorted(set(conversations))
    if not wanted:
        return dict
    lock = "= ANY(%s) ORDER BY id FOR NO KEY UPDATE" if rows.is_postgres() else "IN (SELECT value FROM json_each(%s))"
    words = "(SELECT version FROM chat_wordfilter LIMIT 1)"  # in the same statement: a send asks nothing more for it
    sql = f"SELECT {', '.join(_CONVERSATION)}, {words} FROM chat_conversation WHERE id {lock}"  # noqa: S608 - names from code
    asked = rows.ask(sql, [wanted if rows.is_postgres() else str(wanted)])
    return lambda: {row[0]: _conversation(row) for row in asked()}


def _conversation(row: Sequence[Any]) -> Conversation:
    made = Conversation.from_db("default", _CONVERSATION, row[:-1])
    made.word_version = row[-1] or 0
    made.last_at, made.created_at = rows.aware(made.last_at), rows.aware(made.created_at)
    made.quiet_until = made.quiet_until and rows.aware(made.quiet_until)
    made.archived_at = made.archived_at and rows.aware(made.archived_at)
    if isinstance(made.rules, str):  # JSON comes as text from a statement that the ORM did not make
        made.rules = {} if made.rules == "{}" else msgspec.json.decode(made.rules)
    return made


def _ask_seats(pairs: set[Pair]) -> Callable[[], dict[Pair, SeatRow]]:
    """Memberships, locked in the order of the pairs: the batch moves their read positions."""
    if not pairs:
        return dict
    source, parameters = rows.values({"c": "bigint", "u": "bigint"}, sorted(pairs))
    seat = rows.each("chat_membership", SAME_SEAT, limit=1, locked=True)
    names = ", ".join(f"t.{name}" for name in SeatRow._fields)
    asked = rows.ask(f"SELECT {names} FROM {source} {seat}", parameters)  # noqa: S608 - the source is made of marks
    return lambda: {(row[0], row[1]): _seat(row) for row in asked()}


def _seat(row: Sequence[Any]) -> SeatRow:
    made = SeatRow(*row)
    if made.muted_until is None and made.spoke_at is None:
        return made
    muted, spoke = made.muted_until, made.spoke_at
    return made._replace(muted_until=muted and rows.aware(muted), spoke_at=spoke and rows.aware(spoke))


def _ask_known(drafts: Sequence[Draft]) -> Callable[[], dict[Key, Known]]:
    """Entries committed before under the drafts' keys; the server's own (no sender) are looked up beside."""
    keys = sorted({(each.conversation, each.speaker, each.client_key) for each in drafts})
    if not keys:
        return dict
    source, parameters = rows.values({"c": "bigint", "s": "bigint", "k": "text"}, keys)
    own = "OR (v.s = 0 AND t.sender_id IS NULL)" if any(key[1] == 0 for key in keys) else ""
    same = f"t.conversation_id = v.c AND (t.sender_id = v.s {own}) AND t.client_key = v.k"
    entry = rows.each("chat_entry", same, limit=1)
    sql = f"SELECT v.c, v.s, v.k, t.seq, t.number, t.at, t.request_digest FROM {source} {entry}"  # noqa: S608 - the source is made of marks
    asked = rows.ask(sql, parameters)
    return lambda: {
        (row[0], row[1], row[2]): Known(row[3], row[4] or 0, rows.aware(row[5]), bytes(row[6])) for row in asked()
    }
