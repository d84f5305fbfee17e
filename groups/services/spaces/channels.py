"""Categories and channels of a space: made, changed, moved, archived. By who may the act ``channels`` in the space."""

from dataclasses import asdict, dataclass
from typing import Any

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import timeline
from chat.channels import Category, Channel
from chat.models import Conversation
from chat.policy.channels import is_space
from chat.services import conversations, subscriptions
from chat.services.messages import publish
from chat.timeline import Draft, Emitted
from chat.timeline.reading import now_in_milliseconds
from groups.services.governance import lock_for, target_of
from groups.services.spaces import access
from protocol.errors import BadRequest, Conflict, NotFound

MAX_CHANNELS, MAX_CATEGORIES, MAX_NAME, MAX_POSITION = 500, 50, 60, 10_000


@dataclass(frozen=True, slots=True)
class Wish:
    """What a channel shall be; None stays. ``category`` 0: under none."""

    title: str | None = None
    description: str | None = None
    post_policy: str | None = None
    private: bool | None = None
    category: int | None = None
    position: int | None = None
    archived: bool | None = None


def put_category(*, actor: Actor, space: int, category: int = 0, name: str, position: int = 0) -> int:
    """Make a category, or name and place one anew; its id. Raises a ParleyError."""
    tidy = _name(name)
    _check_position(position)

    def work() -> int:
        lobby = _lock_space(actor, space)
        here = Category.objects.filter(space=lobby)
        if here.filter(name=tidy).exclude(pk=category).exists():
            raise Conflict("Another category has that name.", details={"rule": "category_name"})
        if category:
            row = here.filter(pk=category).first()
            if row is None:
                raise NotFound("There is no such category.")
        elif here.count() >= MAX_CATEGORIES:
            raise Conflict(f"A space has {MAX_CATEGORIES} categories at most.", details={"rule": "max_categories"})
        else:
            row = Category(space=lobby)
        before = {"name": row.name, "position": row.position} if row.pk else {}
        row.name, row.position = tidy, position
        row.save()
        after = {"category": row.pk, "name": tidy, "position": position}
        record(actor, "space.categories_changed", target_of(lobby), Change(before, after))
        return int(row.pk)

    return timeline.run(work)


def remove_category(*, actor: Actor, space: int, category: int) -> None:
    """Take a heading away; its channels stay, under none. Raises a ParleyError."""

    def work() -> None:
        lobby = _lock_space(actor, space)
        row = Category.objects.filter(space=lobby, pk=category).first()
        if row is None:
            raise NotFound("There is no such category.")
        record(actor, "space.categories_changed", target_of(lobby), Change({"category": row.pk, "name": row.name}))
        row.delete()

    timeline.run(work)


def create(*, actor: Actor, space: int, wish: Wish) -> int:
    """A channel of the space; its conversation's id. Who makes it has subscribed. Raises a ParleyError."""
    asked = _asked(wish)

    def work() -> tuple[int, list[Emitted]]:
        lobby = _lock_space(actor, space)
        if Channel.objects.filter(space=lobby).count() >= MAX_CHANNELS:
            raise Conflict(f"A space has {MAX_CHANNELS} channels at most.", details={"rule": "max_channels"})
        now = now_in_milliseconds()
        made = Conversation(kind=Conversation.Kind.GROUP, space=lobby.pk, created_at=now, last_at=now)
        _write(made, asked)
        made.save(force_insert=True)
        channel = Channel(conversation=made, space=lobby, private=bool(wish.private), position=wish.position or 0)
        channel.category = _category(lobby, wish.category or 0)
        channel.save(force_insert=True)
        fields = {"kind": made.kind, "title": made.title}
        draft = Draft(actor=actor, conversation=made.pk, type="conversation.created", fields=fields)
        [outcome] = timeline.append([draft])
        if outcome.error is not None:
            raise outcome.error
        record(actor, "channel.created", access.channel_target(channel), Change(after=asked))
        return made.pk, list(outcome.emitted)

    made, emitted = timeline.run(work)
    publish(emitted)
    if not actor.is_system:
        subscriptions.subscribe(actor=actor, channel=made)
    return made


def change(*, actor: Actor, channel: int, wish: Wish) -> None:
    """Change a channel: all of ``wish`` or nothing. Raises a ParleyError."""
    asked = _asked(wish, made=True)

    def work() -> list[Emitted]:
        found = access.lock(actor, channel)
        conversation = found.conversation
        before = _told(found)
        _write(conversation, asked)
        if wish.archived is not None and wish.archived is not (conversation.archived_at is not None):
            conversation.archived_at = now_in_milliseconds() if wish.archived else None
        found.private = found.private if wish.private is None else wish.private
        found.position = found.position if wish.position is None else wish.position
        if wish.category is not None:
            found.category = _category(found.space, wish.category)
        after = _told(found)
        if before == after:
            return []
        conversation.save(update_fields=["title", "description", "post_policy", "archived_at"])
        found.save()
        different = {name for name in after if before[name] != after[name]}
        told = Change({name: before[name] for name in different}, {name: after[name] for name in different})
        record(actor, "channel.changed", access.channel_target(found), told)
        narrowed = access.settle(found) if found.private and not before["private"] else []
        return conversations.tell_updated(actor, conversation) + narrowed

    publish(timeline.run(work))


def _lock_space(actor: Actor, space: int) -> Conversation:
    lobby = lock_for(actor, space, "channels")
    if not is_space(lobby):
        raise NotFound("That is no space.")
    return lobby


def _asked(wish: Wish, *, made: bool = False) -> dict[str, Any]:
    """What of the wish is written, checked."""
    asked = {name: value for name, value in asdict(wish).items() if value is not None}
    if "title" in asked or not made:
        asked["title"] = _name(asked.get("title", ""))
    if len(asked.get("description", "")) > conversations.MAX_DESCRIPTION or "\x00" in asked.get("description", ""):
        limit = conversations.MAX_DESCRIPTION
        raise BadRequest(f"A description has {limit} characters at most.", details={"path": "description"})
    if asked.get("post_policy", "all") not in Conversation.PostPolicy.values:
        raise BadRequest("There is no such posting rule.", details={"path": "post_policy"})
    _check_position(asked.get("position", 0))
    return asked


def _write(conversation: Conversation, asked: dict[str, Any]) -> None:
    for name in ("title", "description", "post_policy"):
        setattr(conversation, name, asked.get(name, getattr(conversation, name)))


def _category(space: Conversation, category: int) -> Category | None:
    if not category:
        return None
    found = Category.objects.filter(space=space, pk=category).first()
    if found is None:
        raise NotFound("There is no such category.", details={"path": "category"})
    return found


def _told(channel: Channel) -> dict[str, Any]:
    conversation = channel.conversation
    return {
        "title": conversation.title,
        "description": conversation.description,
        "post_policy": conversation.post_policy,
        "archived": conversation.archived_at is not None,
        "private": channel.private,
        "position": channel.position,
        "category": channel.category_id or 0,
    }


def _name(name: str) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= MAX_NAME or not tidy.isprintable():
        raise BadRequest(f"A name has 1 to {MAX_NAME} characters.", details={"path": "title"})
    return tidy


def _check_position(position: int) -> None:
    if not 0 <= position <= MAX_POSITION:
        raise BadRequest(f"A position is between 0 and {MAX_POSITION}.", details={"path": "position"})
