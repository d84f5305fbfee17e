"""What operators are shown of every group: metadata, rules and people, never what is said.

Who may see it is asked by the pages (``groups.admin``), with Django's permissions: an operator is no member. Every list
goes on from its last row, so that no page of any group costs more than another, and nothing is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from accounts import selectors as people
from accounts.models import User
from chat.channels import Channel
from chat.models import Conversation, Membership
from chat.participation import Ban
from chat.policy.channels import is_space
from chat.titles import TitleKey
from groups.models import GovernedGroup, GroupProfile, InviteLink, JoinRequest
from groups.selectors.governance import Governance, governance_of
from protocol.errors import NotFound

PAGE = 50
#: Members up to which a search reads all of them, and so finds what stands anywhere in a name.
READ_THROUGH = 5_000
#: Above every character that a title may hold.
_LAST = "\U0010ffff"
#: What no database can hold.
TOO_MUCH = 2**63


@dataclass(frozen=True, slots=True)
class Part:
    """A page of rows; ``next`` is where the following one begins (0: there is none)."""

    rows: list[Any] = field(default_factory=list)
    next: int = 0


@dataclass(frozen=True, slots=True)
class Places:
    """From where on each list of an overview is shown (0: its beginning), and what members are called."""

    members: int = 0
    bans: int = 0
    links: int = 0
    requests: int = 0
    query: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """One group. ``names``: of those who banned and who made links, by id."""

    group: GovernedGroup
    governance: Governance
    members: Part
    bans: Part
    links: Part
    requests: Part
    names: dict[int, str]
    #: Of a space: its channels, with their conversations and categories.
    channels: Sequence[Channel] = ()


def find_groups(query: str = "", *, after: int = 0) -> Part:
    """Groups in the order of their titles, those that begin with ``query`` (in any case), or have it as their id.

    ``after``: the last id of the page before. Two queries on a page, three where an id is asked for; by one index.
    """
    asked = query.replace("\x00", "").strip()[:200]
    rows = _groups().annotate(key=TitleKey("title"))
    if asked:
        begin = TitleKey(Value(asked))
        rows = rows.filter(key__gte=begin, key__lt=TitleKey(Value(asked + _LAST)))
    last = _groups().filter(pk=after).annotate(key=TitleKey("title")).first() if 0 < after < TOO_MUCH else None
    if last is not None:
        rows = rows.filter(Q(key__gt=last.key) | Q(pk__gt=after), key__gte=last.key)
    found = list(rows.order_by("key", "pk")[: PAGE + 1])
    part = _part(found, [each.pk for each in found])
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 20 else 0
    if 0 < number < TOO_MUCH and last is None:
        exact = [each for each in _groups().filter(pk=number) if each.pk not in {row.pk for row in part.rows}]
        return Part(exact + part.rows, part.next)
    return part


def get_overview(group: int, places: Places) -> Overview:
    """A group with a page of each of its lists. Raises NotFound. Six queries, one more for a space."""
    found = _groups().select_related("profile").filter(pk=group).first() if 0 < group < TOO_MUCH else None
    if found is None:
        raise NotFound("There is no such group.")
    bans = _after(Ban.objects.filter(conversation_id=group).select_related("user"), "user_id", places.bans)
    links = _after(InviteLink.objects.filter(conversation_id=group).defer("digest"), "pk", places.links)
    waiting = JoinRequest.objects.filter(conversation_id=group, state=JoinRequest.State.PENDING)
    requests = _after(waiting.select_related("user"), "pk", places.requests)
    profile: GroupProfile | None = getattr(found, "profile", None)
    return Overview(
        group=found,
        governance=governance_of(found, profile),
        members=_members(group, places.query, places.members),
        bans=bans,
        links=links,
        requests=requests,
        names=_names({each.by for each in (*bans.rows, *links.rows)}),
        channels=_channels(found) if is_space(found) else (),
    )


def _groups() -> QuerySet[GovernedGroup]:
    return GovernedGroup.objects.filter(kind=Conversation.Kind.GROUP)


def _channels(space: GovernedGroup) -> list[Channel]:
    found = Channel.objects.filter(space_id=space.pk).select_related("conversation", "category")
    return list(found.order_by("category__position", "position", "pk"))


def _members(group: int, query: str, after: int) -> Part:
    seats = Membership.objects.filter(conversation_id=group).select_related("user")
    asked = query.replace("\x00", "").strip()[:200]
    if asked:
        large = Conversation.objects.filter(pk=group, member_count__gt=READ_THROUGH).exists()
        # In a large group a search is a stretch of an index: who begins so, the first of them by name.
        wanted = Q(user__in=people.list_beginning(asked)) if large else people.matching(asked, "user__")
        seats = seats.filter(wanted)
    return _after(seats, "user_id", after)


def _after(rows: QuerySet[Any], field: str, after: int) -> Part:
    if after:
        rows = rows.filter(**{f"{field}__gt": min(after, TOO_MUCH - 1)})
    found = list(rows.order_by(F(field))[: PAGE + 1])
    return _part(found, [getattr(each, field) for each in found])


def _part(found: list[Any], keys: Sequence[int]) -> Part:
    return Part(found[:PAGE], keys[PAGE - 1] if len(found) > PAGE else 0)


def _names(users: set[int]) -> dict[int, str]:
    rows = User.objects.filter(pk__in=users - {0}).values_list("pk", "username") if users - {0} else []
    return dict(rows)
