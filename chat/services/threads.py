"""Threads one follows: choosing to, reading on, and what follows by itself after a reply was committed.

The first message's own counts are the write path's; nothing here runs in it. Sending a reply reads the thread up to it,
which clients know without being told.
"""

from collections.abc import Iterable, Sequence

from django.db.models import Max, QuerySet

from accounts.actor import SYSTEM, Actor
from chat import policy, selectors, timeline
from chat.models import Entry, Membership
from chat.participation import ThreadFollow
from chat.rendering import MESSAGE, RECALLED, moment_of
from chat.services import joining
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from protocol.errors import NotFound


def follow(*, actor: Actor, conversation: int, thread_root: int, on: bool = True) -> None:
    """Follow a thread, or no longer. Raises Forbidden not_a_member, NotFound."""

    def work() -> list[Emitted]:
        root = _find_root(actor, conversation, thread_root)
        timeline.lock(personal.ensure([actor.user]).values())
        held = _held(actor, conversation, thread_root)
        if held is None:
            last = _replies(root).order_by("-seq").first() or root
            held = ThreadFollow(
                user_id=actor.user,
                conversation_id=conversation,
                thread_root=thread_root,
                following=False,
                read_seq=last.seq,
                last_seq=last.seq,
                last_at=last.at,
            )
        if held.following is on:
            return []
        held.following = on
        held.save()
        return _tell([held])

    publish(timeline.run(work))


def mark_read(*, actor: Actor, conversation: int, thread_root: int, seq: int) -> None:
    """The actor has read a thread that he follows up to ``seq``. Positions only grow. Raises as ``follow``."""

    def work() -> list[Emitted]:
        root = _find_root(actor, conversation, thread_root)
        timeline.lock(personal.ensure([actor.user]).values())
        held = _held(actor, conversation, thread_root)
        upto = min(seq, max(held.last_seq, root.seq)) if held else 0
        if held is None or not held.following or upto <= held.read_seq:
            return []
        held.read_seq = upto
        held.save(update_fields=["read_seq"])
        return _tell([held])

    publish(timeline.run(work))


def take_in(entries: Sequence[Entry]) -> None:
    """Replies and recalls of one conversation, committed: who spoke or is spoken to follows, followers see it is newer."""
    replies = [each for each in entries if each.type == MESSAGE and each.thread_root]
    roots = {each.thread_root for each in replies}
    roots |= {each.body["thread_root"] for each in entries if each.type == RECALLED and each.body.get("thread_root")}
    if not roots:
        return
    conversation = entries[0].conversation_id
    first = {each.seq: each for each in Entry.objects.filter(conversation_id=conversation, seq__in=roots, type=MESSAGE)}
    replies = [each for each in replies if each.thread_root in first]
    named = {user for each in (*replies, *first.values()) for user in (each.sender_id, *each.mentions) if user}
    members = set(selectors.list_member_ids(conversation, among=named)) if named else set()
    # Personal timelines before other rows: the order in which ``append`` locks.
    timeline.lock(personal.ensure(members).values())
    held = {
        (each.thread_root, each.user_id): each
        for each in ThreadFollow.objects.select_for_update().filter(
            conversation_id=conversation, thread_root__in=first, user_id__in=members
        )
    }
    told: dict[tuple[int, int], ThreadFollow] = {}
    for reply in replies:
        told |= {(each.thread_root, each.user_id): each for each in _join(reply, first, held, members)}
    ThreadFollow.objects.bulk_create([each for each in held.values() if each.pk is None], ignore_conflicts=True)
    ThreadFollow.objects.bulk_update([each for each in held.values() if each.pk], ["following", "read_seq"])
    _renew(first.values())
    publish(_tell(list(told.values())))


def _join(
    reply: Entry, first: dict[int, Entry], held: dict[tuple[int, int], ThreadFollow], members: set[int]
) -> Iterable[ThreadFollow]:
    """The follows that this reply begins, put into ``held``. Who left a thread comes back by speaking, or when named."""
    root = first[reply.thread_root]
    spoken = [reply.sender_id, *reply.mentions]
    for user in dict.fromkeys([*spoken, root.sender_id, *root.mentions]):
        if user not in members:
            continue
        found = held.get((root.seq, user))
        if found is None:
            read = root.seq if user == root.sender_id else reply.seq - 1
            found = held[root.seq, user] = ThreadFollow(
                user_id=user,
                conversation_id=reply.conversation_id,
                thread_root=root.seq,
                following=False,
                read_seq=read,
                last_at=reply.at,
            )
        elif user not in spoken:
            continue
        if user == reply.sender_id:
            found.read_seq = max(found.read_seq, reply.seq)
        if not found.following:
            found.following = True
            yield found


def _renew(roots: Iterable[Entry]) -> None:
    """What every follower's row says of the newest reply: one statement for a thread, however many follow."""
    for root in roots:
        last = _replies(root).filter(recalled_at__isnull=True).aggregate(Max("seq"))["seq__max"] or root.seq
        at = root.facts.get("thread_last_at")
        ThreadFollow.objects.filter(conversation_id=root.conversation_id, thread_root=root.seq).update(
            last_seq=last, last_at=moment_of(at) if at else root.at
        )


def _tell(follows: Sequence[ThreadFollow]) -> list[Emitted]:
    """To each follower's own devices."""
    owners = personal.ensure({each.user_id for each in follows}) if follows else {}
    drafts = [
        Draft(
            actor=SYSTEM,
            sender=each.user_id,
            conversation=owners[each.user_id],
            type="thread.followed",
            fields={
                "target": each.conversation_id,
                "thread_root": each.thread_root,
                "following": each.following,
                "read_seq": each.read_seq,
            },
        )
        for each in follows
    ]
    return joining.emitted(timeline.append(drafts))


def _find_root(actor: Actor, conversation: int, thread_root: int) -> Entry:
    seat = Membership.objects.filter(conversation_id=conversation, user_id=actor.user).first()
    if seat is None:
        raise policy.outsider()
    root = Entry.objects.filter(pk=(conversation, thread_root), type=MESSAGE, thread_root=0).first()
    if root is None or not policy.may_see(membership=seat, seq=thread_root):
        raise NotFound("There is no such message.", details={"path": "thread_root"})
    return root


def _held(actor: Actor, conversation: int, thread_root: int) -> ThreadFollow | None:
    rows = ThreadFollow.objects.select_for_update()
    return rows.filter(user_id=actor.user, conversation_id=conversation, thread_root=thread_root).first()


def _replies(root: Entry) -> QuerySet[Entry]:
    return Entry.objects.filter(
        conversation_id=root.conversation_id, thread_root=root.seq, thread_root__gt=0, type=MESSAGE
    )
