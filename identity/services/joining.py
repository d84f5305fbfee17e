"""From what a provider says of somebody to the account: linked, found, or made. Never by an e-mail that is not verified."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import authentication
from accounts.actor import Actor
from accounts.models import User
from accounts.services import users
from audit.services.recording import Change, record
from identity.claims import Claim
from identity.models import Link, Provider
from identity.policy import is_of_domains
from identity.services.factors import target_of
from identity.services.providers import target_of as target_of_provider
from protocol import errors


def enter(*, provider: Provider, claim: Claim, ip: str = "") -> User:
    """Whom ``claim`` lets in. Raises Forbidden: ``details.rule`` says why nobody."""
    with transaction.atomic():
        link = Link.objects.select_related("user").filter(provider=provider, subject=claim.subject).first()
        user = link.user if link is not None else _joined(provider, claim, ip)
        Link.objects.filter(provider=provider, subject=claim.subject).update(last_used_at=timezone.now())
    if not user.is_active or user.kind != User.Kind.HUMAN:
        raise _refused("closed")
    return user


def refuse(*, provider: Provider, reason: str, ip: str = "") -> None:
    """Write down that somebody whom the provider sent was not let in."""
    with transaction.atomic():
        actor = Actor(user=0, name="nobody", ip=ip)
        record(actor, "signin.refused", target_of_provider(provider), Change(after={"reason": reason[:200]}))


def forget(*, user: User) -> None:
    """No provider's word lets the person in any more."""
    Link.objects.filter(user=user).delete()


def _joined(provider: Provider, claim: Claim, ip: str) -> User:
    user = _found(provider, claim)
    by = Actor(user=0, name=f"sign-in by {provider.name}", ip=ip)
    if user is None:
        user = _made(provider, claim, by)
    try:
        with transaction.atomic():
            Link.objects.create(provider=provider, subject=claim.subject, user=user)
    except IntegrityError:  # the account is somebody else's at this provider
        raise _refused("linked_to_another") from None
    record(by, "signin.linked", target_of(user), Change(after={"provider": provider.slug, "subject": claim.subject}))
    return user


def _found(provider: Provider, claim: Claim) -> User | None:
    people = User.objects.filter(kind=User.Kind.HUMAN)
    if provider.match == Provider.Match.USERNAME and claim.username:
        rows = list(people.filter(username__iexact=claim.username)[:2])
    elif provider.match == Provider.Match.EMAIL and _email_counts(provider, claim):
        rows = list(people.filter(email__iexact=claim.email)[:2])
    else:
        return None
    if len(rows) != 1:  # two people with one address: neither
        return None
    # What a provider says must not be enough to become an operator of this server.
    if rows[0].is_staff or rows[0].is_superuser or authentication.may_enter_admin(rows[0]):
        raise _refused("operator")
    return rows[0]


def _made(provider: Provider, claim: Claim, by: Actor) -> User:
    if not provider.creates:
        raise _refused("unknown")
    if provider.email_domains and not _email_counts(provider, claim):
        raise _refused("domain")
    username = claim.username or (claim.email if claim.email_verified else "")
    if not username:
        raise _refused("username")
    email = claim.email if claim.email_verified else ""
    fields: dict[str, Any] = {"email": email, "department": provider.department}
    try:
        return users.create(actor=by, username=username, name=claim.name or username, **fields)
    except errors.Conflict:  # somebody has the name, and who says that it is the same one?
        raise _refused("username_taken") from None
    except errors.BadRequest:
        raise _refused("fields") from None


def _email_counts(provider: Provider, claim: Claim) -> bool:
    return bool(claim.email) and claim.email_verified and is_of_domains(claim.email, provider.email_domains)


def _refused(rule: str) -> errors.Forbidden:
    return errors.Forbidden("The provider's word lets nobody in here.", details={"rule": rule})
