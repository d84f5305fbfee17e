"""Who may see a channel: public or private, and the lines of its roles and people. Whoever loses the right by it loses the
subscription in the same transaction; where more have subscribed than one request may touch, a job does it.
"""

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import policy, selectors, timeline
from chat.channels import Channel, ChannelPerson
from chat.models import Conversation
from chat.services import subscriptions
from chat.services.messages import publish
from chat.timeline import Emitted
from groups import conf
from groups.services.governance import lock_for
from groups.services.jobs import settling
from protocol.errors import BadRequest, Conflict, NotFound

#: People in the lists of one channel: whole departments get a role.
MAX_PEOPLE = 1_000


def lock(actor: Actor, channel: int) -> Channel:
    """The channel, it and its space locked, once the space lets the actor change channels. Raises a ParleyError."""
    space = Channel.objects.filter(pk=channel).values_list("space_id", flat=True).first()
    if space is None:
        raise policy.outsider()
    lobby = lock_for(actor, space, "channels")
    conversation = timeline.lock([channel])[channel]
    found = Channel.objects.get(pk=channel)
    found.space, found.conversation = lobby, conversation
    return found


def channel_target(channel: Channel) -> Target:
    """The channel as the audit log names it, among the acts of its space."""
    return Target("channel", channel.pk, channel.conversation.title, conversation=channel.space_id)


def set_role(*, actor: Actor, channel: int, role: int, allowed: bool | None) -> None:
    """Let who bears an own role of the space see the channel, or not; None: the role says nothing. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found = lock(actor, channel)
        if allowed is not None and str(role) not in found.space.rules.get("roles", {}):
            raise NotFound("There is no such role.", details={"path": "role"})
        before = found.roles.get(str(role))
        if before is allowed:
            return []
        found.roles = {key: value for key, value in found.roles.items() if key != str(role)}
        if allowed is not None:
            found.roles[str(role)] = allowed
        found.save(update_fields=["roles"])
        told = Change({"role": role, "allowed": before}, {"role": role, "allowed": allowed})
        record(actor, "channel.access_changed", channel_target(found), told)
        return settle(found)

    publish(timeline.run(work))


def set_person(*, actor: Actor, channel: int, user: int, allowed: bool | None) -> None:
    """Let one person see the channel, or not, whatever the roles say; None: no line of his own. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found = lock(actor, channel)
        lines = ChannelPerson.objects.filter(channel=found)
        line = lines.filter(user_id=user).first()
        before = line.allowed if line else None
        if before is allowed:
            return []
        if allowed is None:
            lines.filter(user_id=user).delete()
        else:
            if not selectors.is_member(user, found.space_id):
                raise NotFound("That person is not in the space.", details={"path": "user"})
            if line is None and lines.count() >= MAX_PEOPLE:
                details = {"rule": "max_people", "limit": MAX_PEOPLE}
                raise Conflict(f"A channel lists {MAX_PEOPLE} people at most; give them a role.", details=details)
            lines.update_or_create(channel=found, user_id=user, defaults={"allowed": allowed})
        told = Change({"user": user, "allowed": before}, {"user": user, "allowed": allowed})
        record(actor, "channel.access_changed", channel_target(found), told)
        return subscriptions.settle(found.space, users=[user], channel=found.pk)

    if user <= 0:
        raise BadRequest("There is no such person.", details={"path": "user"})
    publish(timeline.run(work))


def settle(channel: Channel) -> list[Emitted]:
    """End what may be seen no longer: now, or by a job. Inside the transaction that changed a right."""
    if channel.conversation.member_count > conf.SETTLE_AT_ONCE:
        settling.begin(channel)
        return []
    return subscriptions.settle(channel.space, channel=channel.pk)


def forget_role(space: Conversation, role: int) -> list[Emitted]:
    """A role of the space is gone: its lines go, and with them what they let people see."""
    told: list[Emitted] = []
    for channel in selectors.list_inside(space):
        if str(role) in channel.roles:
            channel.space = space
            channel.roles = {key: value for key, value in channel.roles.items() if key != str(role)}
            channel.save(update_fields=["roles"])
            told += settle(channel)
    return told
