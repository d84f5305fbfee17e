"""Pictures of people and groups: cut square, made anew from the pixels, named by an id that changes with the picture.

The bytes come first and the row last, as with files. The old picture's bytes go after the commit.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import BinaryIO
from uuid import UUID, uuid4

from django.db import transaction

from accounts import policy as people
from accounts.actor import Actor
from accounts.models import User
from chat import attachments, conf, policy, timeline
from chat.models import Avatar, Conversation, Membership
from chat.services import conversations, pictures
from chat.services.messages import publish
from chat.timeline import Emitted
from protocol import errors


def put_own(*, actor: Actor, stream: BinaryIO | None, size: int = 0) -> str:
    """The actor's own picture; None takes it away. Its id ("" for none). Raises BadRequest, Forbidden."""
    if not people.may_describe(actor, owner=actor.user):
        raise errors.Forbidden("Only a person in person says that.", details={"rule": "oneself"})
    new = _store(stream, size)

    def work() -> None:
        user = User.objects.select_for_update(no_key=True).get(pk=actor.user)
        _replace(Avatar(pk=new, user=user) if new else None, user.avatar)
        User.objects.filter(pk=user.pk).update(avatar=str(new or ""))

    _or_remove(new, lambda: timeline.run(work))
    return str(new or "")


def put_group(*, actor: Actor, conversation: int, stream: BinaryIO | None, size: int = 0) -> str:
    """A group's picture, by its owner or an admin, told by ``conversation.updated``; None takes it away. Its id.

    Raises a ParleyError.
    """

    def decide(found: Conversation | None) -> Conversation:
        seat = Membership.objects.filter(conversation_id=conversation, user_id=actor.user).first()
        if refused := policy.may_manage(actor=actor, conversation=found, membership=seat):
            raise refused
        assert found is not None  # may_manage refuses a conversation that is not there
        return found

    decide(Conversation.objects.filter(pk=conversation).first())  # before a stranger's picture is decoded
    new = _store(stream, size)

    def work() -> list[Emitted]:
        found = decide(timeline.lock([conversation]).get(conversation))
        if not new and not found.avatar:
            return []
        _replace(Avatar(pk=new, conversation=found) if new else None, found.avatar)
        found.avatar = str(new or "")
        found.save(update_fields=["avatar"])
        return conversations.tell_updated(actor, found)

    _or_remove(new, lambda: publish(timeline.run(work)))
    return str(new or "")


def _store(stream: BinaryIO | None, size: int) -> UUID | None:
    if stream is None:
        return None
    if size > (limit := conf.AVATAR_MAX_BYTES):
        raise errors.BadRequest(
            f"A picture may have {limit:,} bytes.", code="too_large", details={"path": "file", "limit": limit}
        )
    new = uuid4()
    target = attachments.avatar_path(new)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".part")
    try:
        pictures.square(stream, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return new


def _replace(new: Avatar | None, old: str) -> None:
    if old:
        Avatar.objects.filter(pk=UUID(old)).delete()
        path = attachments.avatar_path(UUID(old))
        transaction.on_commit(partial(path.unlink, missing_ok=True))
    if new is not None:
        new.save(force_insert=True)


def _or_remove(new: UUID | None, work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException:
        if new:
            attachments.avatar_path(new).unlink(missing_ok=True)
        raise
