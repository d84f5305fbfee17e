"""Scopes as Slack calls them ↔ ours: for headers, consent pages and manifests of Slack apps. Pure."""

from collections.abc import Iterable

_PLACES = ("channels", "groups", "im", "mpim")


def _each(what: str) -> tuple[str, ...]:
    return tuple(f"{place}:{what}" for place in _PLACES)


#: Ours → all of Slack's that it gives.
THEIRS: dict[str, tuple[str, ...]] = {
    "messages:write": ("chat:write", "chat:write.public", "chat:write.customize", "incoming-webhook"),
    "messages:read": (*_each("history"), "app_mentions:read", "reactions:read", "pins:read", "metadata.message:read"),
    "conversations:read": _each("read"),
    "conversations:write": (*_each("write"), "channels:manage", *(f"{each}:write.topic" for each in _PLACES)),
    "members:write": ("channels:join", *(f"{place}:write.invites" for place in _PLACES)),
    "users:read": ("users:read", "users.profile:read", "team:read", "users:read.email"),
    "presence:read": (),
    "reactions:write": ("reactions:write",),
    "pins:write": ("pins:write",),
    "files:read": ("files:read",),
    "files:write": ("files:write",),
    "search:read": ("search:read",),
    "receipts:write": (),
    "events:read": ("connections:write",),
    "commands:register": ("commands",),
    "commands:use": (),
    "openid": ("openid", "identity.basic"),
    "profile": ("profile",),
    "email": ("email", "identity.email"),
}
#: Some of Slack's need two of ours.
_ALSO = {"users:read": ("presence:read",), "channels:write": ("receipts:write",), "im:write": ("receipts:write",)}
_OURS = {theirs: ours for ours, several in THEIRS.items() for theirs in several}


def to_slack(names: Iterable[str]) -> list[str]:
    """Scopes of ours as Slack spells them, sorted."""
    return sorted({theirs for each in names for theirs in THEIRS.get(each, ())})


def from_slack(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """(Scopes of ours, those of Slack's that mean nothing here), both sorted. ``bot`` and ``admin`` mean nothing."""
    given = {each.strip() for each in names if each.strip()}
    known = {_OURS[each] for each in given if each in _OURS} | {more for each in given for more in _ALSO.get(each, ())}
    # An app that is told of messages has to be told of events.
    if known & {"messages:read", "conversations:read"}:
        known.add("events:read")
    return sorted(known), sorted(given - _OURS.keys())
