"""Joining and leaving in bulk: the rows and entries of one chunk, in a constant number of statements, and one for each
draft that somebody who leaves has not sent.

Decides nothing; ``conversations`` and ``members`` do. Inside their transaction.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db.models import F, Q

from accounts.actor import SYSTEM
from accounts.models import User
from chat import conf, rows, timeline
from chat.channels import Channel
from chat.models import Conversation, Entry, Membership, UnsentDraft
from chat.participation import Ban
from chat.policy import channels
from chat.rendering import message_of, moment_of
from chat.selectors import state_of
from chat.services import telling
from chat.timeline import Draft, Emitted, Outcome, personal
from chat.timeline.reading import now_in_milliseconds
from protocol.errors import BadRequest, Conflict


def chunks(users: Sequence[int]) -> Iterator[list[int]]:
    """``users`` in pieces that fit one entry."""
    for start in range(0, len(users), conf.MEMBER_CHUNK):
        yield list(users[start : start + conf.MEMBER_CHUNK])


def existing(users: Iterable[int]) -> list[int]:
    """The users, each once, in order. Raises BadRequest for one that does not exist or is closed."""
    wanted = sorted({user for user in users if user})
    there = set(User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True))
    if unknown := [user for user in wanted if user not in there]:
        raise BadRequest("There is no such person.", details={"path": "members", "unknown": unknown[:20]})
    return wanted


def emitted(outcomes: Iterable[Outcome]) -> list[Emitted]:
    """What the outcomes emit. An entry that a service decided is never refused; if it is, that error is raised."""
    told: list[Emitted] = []
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
        told.extend(outcome.emitted)
    return told


def join(
    conversation: int, users: Sequence[int], *, by: Draft, owner: int = 0, inside: Membership | None = None
) -> list[Emitted]:
    """Put ``users`` (who are not in yet) in: rows, one ``member.added``, an ``inbox.joined`` for each.

    ``by`` says who brings them (actor, sender, at). ``owner`` is among them when the conversation is being made.
    ``inside``: the seat in the space of who subscribes to a channel; nobody comes into one without.
    """
    personals = personal.ensure(users)
    found = timeline.lock([conversation, *personals.values()])[conversation]
    if channels.is_channel(found) and inside is None:
        raise Conflict("Who is in a channel is computed; people subscribe.", details={"rule": "space_decides"})
    limit = min(found.size_limit or conf.MAX_MEMBERS, conf.MAX_MEMBERS)
    if found.member_count + len(users) > limit:
        raise Conflict("The conversation is full.", details={"rule": "max_members", "limit": limit})
    making = owner != 0 or found.kind == Conversation.Kind.DIRECT
    if not making:
        refuse_banned(conversation, users)
    history_from = 0 if making or found.history_for_newcomers else found.last_seq + 1
    joined_at = moment_of(by.at) if by.at else now_in_milliseconds()
    roles = {user: _role(found, user, owner) for user in users}
    if inside is not None:
        roles = dict.fromkeys(users, channels.role_inside(inside.role))
    muted = inside.muted_until if inside is not None else None
    rows.insert(
        "chat_membership",
        {
            "conversation_id": "bigint",
            "user_id": "bigint",
            "role": "text",
            "history_from": "bigint",
            "read_number": "bigint",
            "delivered_seq": "bigint",
            "joined_at": "timestamptz",
            "muted_until": "timestamptz",
        },
        [(conversation, user, roles[user], history_from, found.last_number, 0, joined_at, muted) for user in users],
    )
    Conversation.objects.filter(pk=conversation).update(member_count=F("member_count") + len(users))
    if inside is not None:
        return _tell(conversation, users, personals, roles, by)
    count = found.member_count + len(users)
    told = emitted(timeline.append([_draft(by, conversation, "member.added", users=list(users), member_count=count)]))
    return told + _tell(conversation, users, personals, roles, by)


def part(conversation: Conversation, users: Sequence[int], *, by: Draft) -> list[Emitted]:
    """Take ``users`` (who are in) out: rows, one ``member.removed``, an ``inbox.left`` for each. Out of a space: out of its
    channels too.
    """
    before = _part_inside(conversation, users, by) if channels.is_space(conversation) else []
    personals = personal.ensure(users)
    _drop_unsent(conversation, personals)
    count, _ = Membership.objects.filter(conversation=conversation, user_id__in=users).delete()
    Conversation.objects.filter(pk=conversation.pk).update(member_count=F("member_count") - count)
    left = conversation.member_count - count
    drafts = [_draft(by, conversation.pk, "member.removed", users=list(users), member_count=left)]
    if channels.is_channel(conversation):
        drafts = []
    drafts += [_draft(by, personals[user], "inbox.left", target=conversation.pk) for user in users]
    return before + emitted(timeline.append(drafts))


def _part_inside(space: Conversation, users: Sequence[int], by: Draft) -> list[Emitted]:
    """End the subscriptions of who goes out of a space. A query, and a few for each channel that one of them had."""
    inside = Channel.objects.filter(space=space, conversation__member_count__gt=0).values_list("pk", flat=True)
    here: dict[int, list[int]] = {}
    subscribed = Membership.objects.filter(conversation_id__in=list(inside), user_id__in=users)
    for channel, user in subscribed.order_by("conversation_id", "user_id").values_list("conversation_id", "user_id"):
        here.setdefault(channel, []).append(user)
    locked = timeline.lock(here) if here else {}
    return [each for channel, some in here.items() for each in part(locked[channel], some, by=by)]


def refuse_banned(conversation: int, users: Sequence[int]) -> None:
    """Raise Conflict when one of ``users`` must stay out."""
    over = Q(until__isnull=False, until__lte=now_in_milliseconds())
    banned = Ban.objects.filter(conversation_id=conversation, user_id__in=users).exclude(over)
    if found := sorted(banned.values_list("user_id", flat=True)[:20]):
        raise Conflict("Who is banned here cannot come in.", details={"rule": "banned", "users": found})


def _drop_unsent(conversation: Conversation, personals: dict[int, int]) -> None:
    """What those who go were writing goes too, as on their devices; who comes back later begins anew."""
    unsent = UnsentDraft.objects.filter(conversation=conversation, user_id__in=list(personals))
    for row in unsent:
        telling.empty(personals[row.user_id], row.seq, keep=("target", "thread_root"))
    unsent.delete()


def _tell(
    conversation: int, users: Sequence[int], personals: dict[int, int], roles: dict[int, str], by: Draft
) -> list[Emitted]:
    """The inbox row of the moment, to each; its unread is 0, so that no row needs a query of its own."""
    found = Conversation.objects.get(pk=conversation)
    newest = Entry.objects.filter(conversation_id=conversation, seq=found.last_message_seq).first()
    drafts = []
    for seat in Membership.objects.filter(conversation_id=conversation, user_id__in=users):
        seat.conversation = found
        sees = newest is not None and newest.seq >= seat.history_from
        state = state_of(seat, last=message_of(newest) if newest is not None and sees else None)
        drafts.append(_draft(by, personals[seat.user_id], "inbox.joined", state=state))
    return emitted(timeline.append(drafts))


def _role(conversation: Conversation, user: int, owner: int) -> str:
    is_owner = user == owner and conversation.kind == Conversation.Kind.GROUP
    return Membership.Role.OWNER if is_owner else Membership.Role.MEMBER


def _draft(by: Draft, conversation: int, kind: str, **fields: Any) -> Draft:
    return Draft(actor=SYSTEM, conversation=conversation, type=kind, fields=fields, at=by.at, sender=by.speaker)
