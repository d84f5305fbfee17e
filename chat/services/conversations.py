"""Conversations: opening, making, settings. Who is in them is in ``members``; both are written through the timeline.

Every verb locks all the timelines it will write, in one ordered query, before it decides.
"""

import unicodedata
from collections.abc import Callable, Iterable
from hashlib import blake2b

from django.db import IntegrityError, transaction

from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, Target, record
from chat import policy, timeline
from chat.models import Conversation, Entry, Membership
from chat.rendering import moment_of
from chat.services import joining
from chat.services.members import add_members, leave, mute_member, remove_members, set_role
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from chat.timeline.reading import now_in_milliseconds
from protocol.errors import BadRequest, NotFound

__all__ = [
    "add_members",
    "create_group",
    "leave",
    "mute_member",
    "open_direct",
    "personal_of",
    "remove_members",
    "set_role",
    "update",
]

MAX_TITLE, MAX_DESCRIPTION = 200, 2000


def personal_of(user_id: int) -> Conversation:
    """The user's personal conversation: notes to self, and what concerns only this person. Made the first time."""
    found = Conversation.objects.filter(unique_key=personal.key_of(user_id)).first()
    return found or Conversation.objects.get(pk=personal.ensure([user_id])[user_id])


def open_direct(*, actor: Actor, user: int, at: int = 0, sender: int = 0) -> Conversation:
    """The direct conversation with ``user``, made if there is none. Raises NotFound, BadRequest.

    ``at`` (ms) and ``sender`` (the one who opens it) are for the system alone.
    """
    opener = _speaker(actor, sender)
    if user == opener:
        raise BadRequest("That is yourself; use the personal conversation.", details={"path": "user"})
    low, high = sorted((opener, user))
    key = f"{low}-{high}"
    if found := _with_key(key):
        return found
    if User.objects.filter(pk__in=(low, high), is_active=True).count() != 2:
        raise NotFound("There is no such person.", details={"path": "user"})
    conversation = Conversation(kind=Conversation.Kind.DIRECT, unique_key=key)
    return _make_once(
        conversation, lambda: _make(conversation, actor=actor, opener=opener, people=[low, high], at=at, client_key="")
    )


def create_group(
    *,
    actor: Actor,
    title: str,
    members: Iterable[int],
    description: str = "",
    post_policy: str = "all",
    client_key: str = "",
    history_for_newcomers: bool = True,
    at: int = 0,
    sender: int = 0,
) -> Conversation:
    """A group owned by the actor with ``members`` in it. The same ``client_key`` again is the same group.

    Raises BadRequest. ``at`` (ms) and ``sender`` (the owner) are for the system alone.
    """
    owner = _speaker(actor, sender)
    conversation = Conversation(
        kind=Conversation.Kind.GROUP,
        title=_title(title),
        description=_description(description),
        post_policy=_post_policy(post_policy),
        history_for_newcomers=history_for_newcomers,
    )
    if client_key:
        digest = blake2b(client_key.encode(), digest_size=12).hexdigest()
        conversation.unique_key = f"g{owner}:{digest}"
        if found := _made_before(conversation, client_key):
            return found
    people = joining.existing({owner, *members})
    return _make_once(
        conversation,
        lambda: _make(conversation, actor=actor, opener=owner, people=people, at=at, client_key=client_key),
    )


def update(
    *,
    actor: Actor,
    conversation: int,
    title: str | None = None,
    description: str | None = None,
    post_policy: str | None = None,
) -> Conversation:
    """Change title, description or posting rule (None: as it is). Raises a ParleyError."""

    def work() -> tuple[Conversation, list[Emitted]]:
        found = timeline.lock([conversation]).get(conversation)
        seat = Membership.objects.filter(conversation_id=conversation, user_id=actor.user).first()
        wanted = {"edit": title is not None or description is not None, "rules": post_policy is not None}
        for act in [name for name, asked in wanted.items() if asked] or ["edit"]:
            if refused := policy.may_manage(actor=actor, conversation=found, membership=seat, act=act):
                raise refused
        assert found is not None  # may_manage refuses a conversation that is not there
        before = _told(found)
        found.title = found.title if title is None else _title(title)
        found.description = found.description if description is None else _description(description)
        found.post_policy = found.post_policy if post_policy is None else _post_policy(post_policy)
        fields = _told(found)
        if before == fields:
            return found, []
        found.save(update_fields=["title", "description", "post_policy"])
        emitted = tell_updated(actor, found)
        target = Target("conversation", conversation, found.title, conversation=conversation)
        record(actor, "group.changed", target, Change(before, fields))
        return found, emitted

    changed, emitted = timeline.run(work)
    publish(emitted)
    return changed


def tell_updated(actor: Actor, conversation: Conversation) -> list[Emitted]:
    """``conversation.updated`` with everything as it is now. Inside the transaction that changed it."""
    names = ("title", "description", "post_policy", "avatar")
    fields = {name: getattr(conversation, name) for name in names}
    draft = Draft(actor=actor, conversation=conversation.pk, type="conversation.updated", fields=fields)
    return joining.emitted(timeline.append([draft]))


def _told(conversation: Conversation) -> dict[str, str]:
    return {name: getattr(conversation, name) for name in ("title", "description", "post_policy")}


def _make_once(wanted: Conversation, make: Callable[[], Conversation]) -> Conversation:
    """``make()``, or the conversation that somebody else made under the same unique_key at the same moment."""

    def work() -> Conversation:
        found = _with_key(wanted.unique_key)
        if found is None:
            with transaction.atomic():
                return make()
        return found

    try:
        return timeline.run(work)
    except IntegrityError:
        if found := _with_key(wanted.unique_key):
            return found
        raise


def _with_key(key: str | None) -> Conversation | None:
    return Conversation.objects.filter(unique_key=key).first() if key else None


def _make(
    conversation: Conversation, *, actor: Actor, opener: int, people: list[int], at: int, client_key: str
) -> Conversation:
    personal.ensure(people)
    conversation.pk = None
    conversation.created_at = conversation.last_at = moment_of(at) if at else now_in_milliseconds()
    conversation.save(force_insert=True)
    created = Draft(
        actor=actor,
        conversation=conversation.pk,
        type="conversation.created",
        client_key=client_key,
        fields={"kind": conversation.kind, "title": conversation.title},
        at=at,
        sender=opener if actor.is_system else 0,
    )
    emitted = joining.emitted(timeline.append([created]))
    for chunk in joining.chunks(people):
        emitted += joining.join(conversation.pk, chunk, by=created, owner=opener)
    publish(emitted)
    conversation.refresh_from_db()
    return conversation


def _made_before(wanted: Conversation, client_key: str) -> Conversation | None:
    found = _with_key(wanted.unique_key)
    if found is None:
        return None
    first = Entry.objects.filter(conversation=found, seq=1).values_list("client_key", "body").get()
    if first[0] != client_key or first[1].get("title") != wanted.title:
        raise BadRequest("This client_key was used before for another group.", code="key_reused")
    return found


def _speaker(actor: Actor, sender: int) -> int:
    if sender and not actor.is_system:
        raise policy.refuse("Only the server acts for others.", "system_only")
    return sender or actor.user


def _title(title: str) -> str:
    tidy = " ".join("".join(" " if unicodedata.category(each) == "Cc" else each for each in title).split())
    if not 1 <= len(tidy) <= MAX_TITLE:
        raise BadRequest(f"A title has 1 to {MAX_TITLE} characters.", details={"path": "title"})
    return tidy


def _description(description: str) -> str:
    if len(description) > MAX_DESCRIPTION or "\x00" in description:
        raise BadRequest(f"A description has {MAX_DESCRIPTION} characters at most.", details={"path": "description"})
    return description.strip()


def _post_policy(post_policy: str) -> str:
    if post_policy not in Conversation.PostPolicy.values:
        known = Conversation.PostPolicy.values
        raise BadRequest("There is no such posting rule.", details={"path": "post_policy", "known": known})
    return post_policy
