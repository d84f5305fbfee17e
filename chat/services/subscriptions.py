"""Subscriptions to channels: the membership of a channel, which gives an inbox row and live delivery, and nothing else does.

Whoever may see a channel may subscribe; who may no longer loses the subscription in the transaction that took the right.
Nothing is said in the channel when somebody subscribes or stops: that would cost it an entry for each of a million.
"""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from accounts.actor import SYSTEM, Actor
from chat import conf, policy, timeline
from chat.channels import Channel, ChannelPerson
from chat.models import Conversation, Membership
from chat.policy import channels
from chat.selectors import require_see
from chat.services import joining
from chat.services.messages import publish
from chat.sight import list_rights
from chat.timeline import Draft, Emitted, personal

_SEAT = ("pk", "conversation_id", "user_id", "role", "muted_until")


def subscribe(*, actor: Actor, channel: int) -> None:
    """Have the channel in one's inbox and hear of it as it happens. Raises Forbidden not_a_member."""
    require_see(actor.user, channel)

    def work() -> list[Emitted]:
        found, _ = _lock(channel, actor.user)
        seat = Membership.objects.filter(conversation_id=found.space_id, user_id=actor.user).first()
        if seat is None or not list_rights(found, [actor.user])[actor.user].allowed:
            raise policy.outsider()
        if Membership.objects.filter(conversation_id=channel, user_id=actor.user).exists():
            return []
        by = Draft(actor=actor, conversation=channel, type="member.added")
        return joining.join(channel, [actor.user], by=by, inside=seat)

    publish(timeline.run(work))


def unsubscribe(*, actor: Actor, channel: int) -> None:
    """Hear of the channel no longer, unless by name. Raises Forbidden not_a_member."""
    require_see(actor.user, channel)

    def work() -> list[Emitted]:
        found, conversation = _lock(channel, actor.user)
        if not Membership.objects.filter(conversation_id=found.pk, user_id=actor.user).exists():
            return []
        return joining.part(
            conversation, [actor.user], by=Draft(actor=actor, conversation=channel, type="member.removed")
        )

    publish(timeline.run(work))


def settle(space: Conversation, *, users: Collection[int] | None = None, channel: int = 0) -> list[Emitted]:
    """Bring subscriptions in line with what may be seen now: end those of whom it may not, and follow role and mute.

    Of ``users`` (None: of everybody) in one ``channel`` (0: in all). Inside the transaction that changed a right, after it
    did; the space is locked. Costs one query where nobody has subscribed.
    """
    if not channels.is_space(space):
        return []
    inside = Channel.objects.filter(space=space, conversation__member_count__gt=0)
    found = {each.pk: each for each in (inside.filter(pk=channel) if channel else inside)}
    subscribed = Membership.objects.filter(conversation_id__in=found)
    if users is not None and not users:
        return []
    if users:
        # Thousands come in the order of their ids, from a job: they are a range, of which few have subscribed.
        many = len(users) > conf.MEMBER_CHUNK
        near = Q(user_id__gte=min(users), user_id__lte=max(users)) if many else Q(user_id__in=users)
        subscribed = subscribed.filter(near)
    wanted = None if users is None else set(users)
    rows = subscribed.order_by("conversation_id", "user_id").values_list(*_SEAT) if found else []
    mine = [row for row in rows if wanted is None or row[2] in wanted]
    return _settle(space, found, mine) if mine else []


def _settle(
    space: Conversation, found: dict[int, Channel], rows: list[tuple[int, int, int, str, object]]
) -> list[Emitted]:
    people = {row[2] for row in rows}
    seats = {each.user_id: each for each in Membership.objects.filter(conversation=space, user_id__in=people)}
    lines = {
        (channel, user): allowed
        for channel, user, allowed in ChannelPerson.objects.filter(
            channel_id__in=found, user_id__in=people
        ).values_list("channel_id", "user_id", "allowed")
    }
    lost: dict[int, list[int]] = defaultdict(list)
    moved: dict[tuple[str, object], list[int]] = defaultdict(list)
    for pk, channel, user, role, muted in rows:
        seat, line = seats.get(user), lines.get((channel, user))
        if seat is None or not channels.decide(space=space, seat=seat, channel=found[channel], person=line).allowed:
            lost[channel].append(user)
        elif (role, muted) != (wanted := (channels.role_inside(seat.role), seat.muted_until)):
            moved[wanted].append(pk)
    for (role, muted), pks in moved.items():
        Membership.objects.filter(pk__in=pks).update(role=role, muted_until=muted)
    told: list[Emitted] = []
    for channel, users in lost.items():
        for chunk in joining.chunks(users):
            conversation = timeline.lock([channel, *personal.ensure(chunk).values()])[channel]
            told += joining.part(
                conversation, chunk, by=Draft(actor=SYSTEM, conversation=channel, type="member.removed")
            )
    return told


def _lock(channel: int, user: int) -> tuple[Channel, Conversation]:
    """The channel and its conversation, with its space and the user's personal timeline locked."""
    space = Channel.objects.filter(pk=channel).values_list("space_id", flat=True).first()
    if space is None:
        raise policy.outsider()
    locked = timeline.lock([space, channel, *personal.ensure([user]).values()])
    found = Channel.objects.get(pk=channel)
    found.space = locked[space]
    return found, locked[channel]
