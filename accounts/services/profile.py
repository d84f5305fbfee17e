"""What people say of themselves: name, title, language, status, do not disturb. Telling those who watch is ``chat``'s part."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings

from accounts import conf, policy
from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.services import users
from protocol import errors, limits

TEXT_CHARS = 100
#: The year 10000, in ms: the first time that no database can hold.
LAST_TIME = 253_402_300_800_000


def update(*, actor: Actor, changes: Mapping[str, str]) -> User:
    """Change one's own name, title or locale (``conf.own_fields``). Raises BadRequest, Forbidden."""
    user = _oneself(actor)
    for field, value in changes.items():
        if field not in conf.get().own_fields:
            raise errors.Forbidden(f"Your {field} is kept by your administrators.", details={"rule": "own_fields"})
        changes = {**changes, field: _line(value, field, 120)}
    if "name" in changes and not changes["name"]:
        raise errors.BadRequest("A person needs a name.", details={"path": "name"})
    if "locale" in changes and changes["locale"] not in dict(settings.LANGUAGES):
        known = sorted(dict(settings.LANGUAGES))
        raise errors.BadRequest("There is no such language here.", details={"path": "locale", "known": known})
    return users.update(actor=SYSTEM, user=user, changes=changes)


def set_status(*, actor: Actor, emoji: str = "", text: str = "", until: int = 0, quiet_until: int = 0) -> User:
    """One's own words until ``until`` (ms; 0: no end), and no disturbance until ``quiet_until``; all empty: none.

    Raises BadRequest, Forbidden.
    """
    user = _oneself(actor)
    if len(emoji) > limits.MAX_EMOJI_CHARS or any(each.isspace() or _is_control(each) for each in emoji):
        raise errors.BadRequest("That is not an emoji.", details={"path": "emoji"})
    user.status_emoji, user.status_text = emoji, _line(text, "text", TEXT_CHARS)
    user.status_until = _moment(until, "until") if emoji or user.status_text else None
    user.quiet_until = _moment(quiet_until, "quiet_until")
    user.save(update_fields=["status_emoji", "status_text", "status_until", "quiet_until"])
    return user


def _oneself(actor: Actor) -> User:
    if not policy.may_describe(actor, owner=actor.user):
        raise errors.Forbidden("Only a person in person says that.", details={"rule": "oneself"})
    return User.objects.select_related("department").get(pk=actor.user)


def _line(text: str, field: str, limit: int) -> str:
    tidy = " ".join("".join(" " if _is_control(each) else each for each in text).split())
    if len(tidy) > limit:
        raise errors.BadRequest(f"It may have {limit} characters.", details={"path": field})
    return tidy


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _moment(at: int, field: str) -> datetime | None:
    if not 0 <= at < LAST_TIME:
        raise errors.BadRequest("That is no time.", details={"path": field})
    return datetime.fromtimestamp(at / 1000, UTC) if at else None
