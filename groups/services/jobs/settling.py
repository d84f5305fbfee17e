"""Subscriptions of a channel brought in line with who may see it now, where too many have subscribed for one request.

The server's own job: nobody starts it by hand, and it goes on whatever becomes of who changed the rights.
"""

from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from chat import timeline
from chat.channels import Channel
from chat.models import Membership
from chat.services import subscriptions
from chat.services.messages import publish
from groups.models import Job
from groups.services.jobs.chunks import Chunk, told_of

ROWS = 500


def begin(channel: Channel) -> None:
    """Write the job down, or let the one under way begin anew. Inside the transaction that changed a right."""
    kind, now = Job.Kind.SETTLE, timezone.now()
    open_one = Job.objects.filter(conversation=channel.pk, kind=kind, finished_at__isnull=True)
    total = channel.conversation.member_count
    if not open_one.update(cursor=0, done=0, total=total):
        Job.objects.create(
            kind=kind, conversation=channel.pk, title=channel.conversation.title, by=0, actor=told_of(SYSTEM, ""),
            total=total, ticket_until=now, created_at=now,
        )  # fmt: skip


def work(job: Job, actor: Actor) -> Chunk:
    """Subscribers after the cursor, in the order of their ids."""
    channel = Channel.objects.filter(pk=job.conversation).first()
    if channel is None:
        return Chunk(job.cursor, over=True)
    space = timeline.lock([channel.space_id])[channel.space_id]
    here = Membership.objects.filter(conversation_id=channel.pk, user_id__gt=job.cursor).order_by("user_id")
    users = list(here.values_list("user_id", flat=True)[:ROWS])
    if users:
        publish(subscriptions.settle(space, users=users, channel=channel.pk))
    return Chunk(users[-1] if users else job.cursor, len(users), over=len(users) < ROWS)
