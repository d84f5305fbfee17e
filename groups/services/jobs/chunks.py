"""What the kinds of jobs have in common: who acts, what a chunk answers, and how refusals are kept."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from chat.models import Conversation, Membership
from groups.models import Job, JobRefusal
from protocol.errors import Forbidden

#: Fields of an actor that a job remembers.
_KEPT = ("user", "name", "app", "token", "device", "ip")


@dataclass(frozen=True, slots=True)
class Chunk:
    """What a chunk did: where the next one begins, how many were looked at and refused, and whether it was the last."""

    cursor: int
    done: int = 0
    refused: int = 0
    over: bool = False


#: One chunk of a job, done as the actor. Inside the transaction that moves the job's cursor.
Work = Callable[[Job, Actor], Chunk]


def told_of(actor: Actor, permission: str) -> dict[str, object]:
    """The actor as a job keeps it. ``permission``: what an operator's press took, asked again before every turn."""
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    kept: dict[str, object] = {name: getattr(actor, name) for name in _KEPT}
    return kept | {"scopes": scopes, "operates": sorted(actor.operates), "permission": permission}


def actor_of(job: Job) -> Actor:
    """Who started the job, if that one still may act at all: the server always may. Raises Forbidden."""
    if not job.by:
        return SYSTEM
    told = job.actor
    user = User.objects.filter(pk=job.by, is_active=True).first()
    if user is None:
        raise Forbidden("The account of who started this is closed.", details={"rule": "closed"})
    if told["operates"] and not user.has_perm(told["permission"]):
        raise Forbidden("Who started this is no operator any more.", details={"rule": "operator"})
    return Actor(
        **{name: told[name] for name in _KEPT},
        scopes=None if told["scopes"] is None else frozenset(told["scopes"]),
        operates=frozenset(told["operates"]),
    )


def refuse(job: Job, rows: Iterable[tuple[int, str, str]]) -> int:
    """Keep why these rows (row, reason, text) were not done; how many they are."""
    return len(
        JobRefusal.objects.bulk_create(JobRefusal(job=job, row=row, reason=why, text=text) for row, why, text in rows)
    )


def seat_of(actor: Actor, group: Conversation) -> Membership | None:
    """The actor's own seat."""
    return Membership.objects.filter(conversation=group, user_id=actor.user).first()
