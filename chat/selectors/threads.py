"""The threads that a person follows, the newest reply first, each with its unread replies. Four queries a page."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q

from chat import rows
from chat.models import Entry, Membership
from chat.participation import ThreadFollow
from chat.rendering import message_of, milliseconds, moment_of
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import MessageCreated


@dataclass(frozen=True, slots=True)
class Thread:
    """A thread as its follower sees it; ``last_at`` in ms."""

    conversation: int
    root: MessageCreated
    unread: int
    read_seq: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Threads:
    """A page; ``next`` continues it ("" at the end)."""

    threads: list[Thread]
    next: str


def list_threads(user: int, cursor: str = "", limit: int = limits.DEFAULT_PAGE, *, unread: bool = False) -> Threads:
    """What the person follows where he is still a member; ``unread``: only where something is unread."""
    seat = Membership.objects.filter(
        user_id=user, conversation_id=OuterRef("conversation_id"), history_from__lte=OuterRef("thread_root")
    )
    followed = ThreadFollow.objects.filter(Exists(seat), user_id=user, following=True)
    if unread:
        followed = followed.filter(last_seq__gt=F("read_seq"))
    if cursor:
        at, pk = _parse(cursor)
        followed = followed.filter(Q(last_at__lt=moment_of(at)) | Q(last_at=moment_of(at), pk__lt=pk))
    size = max(1, min(limit, limits.MAX_PAGE))
    found = list(followed.order_by("-last_at", "-pk")[: size + 1])
    page = found[:size]
    places = [(each.conversation_id, each.thread_root) for each in page]
    roots = {(each.conversation_id, each.seq): message_of(each) for each in Entry.objects.filter(pk__in=places)}
    counts = _count_unread(page)
    threads = [
        Thread(
            conversation=each.conversation_id,
            root=roots[each.conversation_id, each.thread_root],
            unread=counts.get(each.pk, 0),
            read_seq=each.read_seq,
            last_at=milliseconds(each.last_at),
        )
        for each in page
    ]
    return Threads(threads, f"{milliseconds(page[-1].last_at)}-{page[-1].pk}" if len(found) > size else "")


def _count_unread(follows: list[ThreadFollow]) -> dict[int, int]:
    """Follow -> replies above its position that are not recalled."""
    if not follows:
        return {}
    source, parameters = rows.values(
        {"f": "bigint", "c": "bigint", "r": "bigint", "s": "bigint"},
        [(each.pk, each.conversation_id, each.thread_root, each.read_seq) for each in follows],
    )
    newer = "t.conversation_id = v.c AND t.thread_root = v.r AND t.thread_root > 0 AND t.seq > v.s"
    reply = rows.each("chat_entry", f"{newer} AND t.recalled_at IS NULL", what="t.seq")
    return {row[0]: row[1] for row in rows.read(f"SELECT v.f, COUNT(*) FROM {source} {reply} GROUP BY v.f", parameters)}  # noqa: S608 - the source is made of marks


def _parse(cursor: str) -> tuple[int, int]:
    at, _, pk = cursor.partition("-")
    if not (cursor.isascii() and at.isdigit() and pk.isdigit() and len(at) < 15 and len(pk) < 19):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    return int(at), int(pk)
