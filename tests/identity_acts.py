"""One way to do each privileged act of ``identity``, for tests/test_audited.py. Grace, who administers, does all of them."""

from collections.abc import Callable
from typing import Protocol

import pytest

from accounts.actor import Actor
from accounts.models import User
from identity.models import DirectoryToken, Provider
from identity.services import directories, entering, factors, providers, rules
from protocol.errors import Unauthenticated


class Company(Protocol):
    """What is used of test_audited's company."""

    grace: User
    admin: Actor


def _lock(it: Company) -> None:
    """Grace sets up a second factor of her own."""
    import pyotp  # noqa: PLC0415

    secret = factors.begin_app(user=it.grace)
    factors.confirm_app(actor=it.admin, user=it.grace, code=pyotp.TOTP(secret).now())


def _unlock(it: Company) -> None:
    _lock(it)
    factors.remove(actor=it.admin, user=it.grace, factor=it.grace.factors.get().pk)


def _reset_factors(it: Company) -> None:
    _lock(it)
    factors.reset(actor=it.admin, user=it.grace)


def _make_codes(it: Company) -> None:
    _lock(it)
    factors.make_codes(actor=it.admin, user=it.grace)


def _type_a_wrong_code(it: Company) -> None:
    with pytest.raises(Unauthenticated):
        factors.prove(user=it.grace, code="wrong")


def _remove_factor_rule(it: Company) -> None:
    rules.remove(actor=it.admin, rule=rules.put(actor=it.admin, scope="all").pk)


def _provide(it: Company) -> Provider:
    fields = {"kind": "oidc", "slug": "okta", "name": "Okta", "address": "https://okta.example.com", "client": "parley"}
    return providers.put(actor=it.admin, wish=providers.Wish(fields))


def _link(it: Company) -> int:
    return providers.link(actor=it.admin, provider=_provide(it), user=it.grace, subject="248289761001").pk


def _directory(it: Company) -> int:
    return directories.put(actor=it.admin, name="Okta").pk


def _revoke_directory_token(it: Company) -> None:
    directories.issue_token(actor=it.admin, directory=_directory(it))
    directories.revoke_token(actor=it.admin, token=DirectoryToken.objects.get().pk)


DOING: dict[str, Callable[[Company], object]] = {
    "signin.entered": lambda it: entering.entered(user=it.grace, device=0, door="password"),
    "signin.refused": _type_a_wrong_code,
    "signin.linked": _link,
    "signin.unlinked": lambda it: providers.unlink(actor=it.admin, link=_link(it)),
    "provider.saved": _provide,
    "provider.removed": lambda it: providers.remove(actor=it.admin, provider=_provide(it).pk),
    "directory.saved": _directory,
    "directory.removed": lambda it: directories.remove(actor=it.admin, directory=_directory(it)),
    "directory.token_issued": lambda it: directories.issue_token(actor=it.admin, directory=_directory(it)),
    "directory.token_revoked": _revoke_directory_token,
    "factor.added": _lock,
    "factor.removed": _unlock,
    "factor.reset": _reset_factors,
    "factor.codes_made": _make_codes,
    "factor.rule_set": lambda it: rules.put(actor=it.admin, scope="all"),
    "factor.rule_removed": _remove_factor_rule,
}
