"""People and bots: create, change, close and reopen accounts. People are never deleted: what they said stays."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.models import Device, PushSubscription, Setting, User
from accounts.pinyin import initials_of
from accounts.services import devices
from audit.services.recording import Change, Target, record
from protocol import errors

#: What ``update`` may change; the rest has its own verb.
CHANGEABLE = frozenset(
    {"username", "name", "other_name", "email", "kind", "title", "department", "locale", "is_staff", "is_superuser"}
)


def create(*, actor: Actor, username: str, name: str, password: str | None = None, **fields: Any) -> User:
    """A person or (``kind="bot"``) a bot. ``password`` None: no password sign-in. Raises BadRequest, Conflict."""
    _require_administrator(actor)
    unknown = set(fields) - CHANGEABLE
    if unknown:
        raise errors.BadRequest("There is no such field.", details={"path": min(unknown)})
    user = User(username=User.normalize_username(username), name=name.strip(), **fields)
    if password is not None:
        check_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        _saved(user)
        after = {"username": user.username, "kind": user.kind} | {name: _told(user, name) for name in fields}
        record(actor, "user.created", _target(user), Change(after=after))
    return user


def update(*, actor: Actor, user: User, changes: Mapping[str, Any]) -> User:
    """Change a person's fields (``CHANGEABLE``)."""
    _require_administrator(actor)
    if unknown := set(changes) - CHANGEABLE:
        raise errors.BadRequest("There is no such field.", details={"path": min(unknown)})
    with transaction.atomic():
        before = User.objects.select_for_update().get(pk=user.pk)
        for field, value in changes.items():
            setattr(user, field, value)
        _saved(user)
        changed = [name for name in changes if _told(before, name) != _told(user, name)]
        if changed:
            told = Change(
                {name: _told(before, name) for name in changed}, {name: _told(user, name) for name in changed}
            )
            record(actor, "user.changed", _target(user), told)
    return user


def set_password(*, actor: Actor, user: User, password: str) -> User:
    """A new password: one's own or, for staff, anybody's. Every other device of the person is signed out."""
    if not policy.may_sign_out(actor, owner=user.pk):
        raise errors.Forbidden("You may not set this password.", details={"rule": "own_password"})
    check_password(password, user)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        devices.revoke_all(actor=actor, user=user, keep=actor.device if actor.user == user.pk else 0)
        if actor.user != user.pk:
            record(actor, "user.password_set", _target(user))
    return user


def set_roles(*, actor: Actor, user: User, roles: Iterable[str]) -> None:
    """Let a person bear exactly these operators' roles. Raises BadRequest for one that there is not."""
    _require_administrator(actor)
    wanted = sorted(set(roles))
    with transaction.atomic():
        bearer = User.objects.select_for_update().get(pk=user.pk)
        found = list(Group.objects.filter(name__in=wanted))
        if unknown := sorted(set(wanted) - {each.name for each in found}):
            raise errors.BadRequest("There is no such role.", details={"path": "roles", "unknown": unknown})
        before = sorted(bearer.groups.values_list("name", flat=True))
        if before != wanted:
            bearer.groups.set(found)
            record(actor, "user.roles_changed", _target(user), Change({"roles": before}, {"roles": wanted}))


def deactivate(*, actor: Actor, user: User) -> User:
    """Close an account: no sign-in, all devices signed out, live sockets cut within seconds."""
    _require_administrator(actor)
    if actor.user == user.pk:
        raise errors.Forbidden("You may not close your own account.", details={"rule": "not_oneself"})
    with transaction.atomic():
        if user.is_active:
            user.is_active, user.deactivated_at = False, timezone.now()
            user.save(update_fields=["is_active", "deactivated_at"])
            record(actor, "user.deactivated", _target(user))
        devices.revoke_all(actor=SYSTEM, user=user)
    return user


def pseudonymise(*, actor: Actor, user: User) -> User:
    """Take away who the person was and close the account: it stays as a number. What is recorded has no name any more."""
    _require_administrator(actor)
    with transaction.atomic():
        user.username, user.name = f"erased-{user.pk}", "Erased person"
        for field in ("other_name", "email", "title", "status_emoji", "status_text", "avatar"):
            setattr(user, field, "")
        user.department = user.status_until = user.quiet_until = None
        user.is_staff = user.is_superuser = False
        user.set_unusable_password()
        user.save()
        user.groups.clear()
        deactivate(actor=actor, user=user)
        Setting.objects.filter(user=user).delete()
        PushSubscription.objects.filter(device__user=user).delete()
        Device.objects.filter(user=user).update(name="Erased", last_ip=None)
    return user


def reactivate(*, actor: Actor, user: User) -> User:
    """Open a closed account again; its devices stay signed out."""
    _require_administrator(actor)
    with transaction.atomic():
        if not user.is_active:
            user.is_active, user.deactivated_at = True, None
            user.save(update_fields=["is_active", "deactivated_at"])
            record(actor, "user.reactivated", _target(user))
    return user


def _target(user: User) -> Target:
    return Target("user", user.pk, user.name)


def _told(user: User, field: str) -> Any:
    """A field's value as the audit log keeps it."""
    return user.department_id if field == "department" else getattr(user, field)


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})


def check_password(password: str, user: User) -> None:
    """Whether the password is strong enough for ``user``; raises BadRequest with the validators' sentences."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise errors.BadRequest(" ".join(problem.messages), details={"path": "password"}) from None


def _saved(user: User) -> User:
    user.initials = initials_of(user.name, user.other_name)
    try:
        user.full_clean(exclude=["password"], validate_unique=False, validate_constraints=False)
    except ValidationError as problem:
        path, messages = next(iter(problem.message_dict.items()))
        raise errors.BadRequest(" ".join(messages), details={"path": path}) from None
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise errors.Conflict("This user name is taken.", details={"path": "username"}) from None
    return user
