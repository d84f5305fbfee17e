"""Passkeys (WebAuthn) as second factors: added, and shown. The challenge is kept by the door, and used once."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, record
from identity import conf, selectors
from identity.models import Factor
from identity.services import factors
from protocol import errors

#: Passkeys of a person at most: a phone, a laptop, a few keys in drawers.
MOST = 10
CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Site:
    """Where the passkey is for: ``host`` without a port, and the origin that the browser names."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """``options`` for the browser, as JSON; ``challenge`` to be kept until it answers."""

    options: str
    challenge: str


def begin(*, user: User, site: Site) -> Asked:
    """Ask the browser to make a passkey."""
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415 - 0.3 s, for who uses a passkey
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    made = generate_registration_options(
        rp_id=site.host,
        rp_name=conf.get().issuer,
        user_name=user.username,
        user_display_name=user.name,
        user_id=str(user.pk).encode(),
        exclude_credentials=_known(user),
    )
    return Asked(options_to_json(made), bytes_to_base64url(made.challenge))


def add(*, actor: Actor, user: User, site: Site, challenge: str, answer: str, name: str = "") -> list[str]:
    """The browser made one: from now on it counts. Recovery codes with the first factor. Raises BadRequest, Conflict."""
    from webauthn import verify_registration_response  # noqa: PLC0415 - as above
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    factors.require_oneself(actor, user)
    if len(selectors.list_passkeys(user.pk)) >= MOST:
        raise errors.Conflict(f"{MOST} passkeys are enough.", details={"rule": "most"})
    try:
        proved = verify_registration_response(
            credential=_read(answer),
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError):
        raise errors.BadRequest("That is no passkey for this site.", details={"path": "credential"}) from None
    try:
        with transaction.atomic():
            Factor.objects.create(
                user=user,
                kind=Factor.Kind.PASSKEY,
                name=name.strip()[:60] or "Passkey",
                credential=bytes_to_base64url(proved.credential_id),
                public_key=bytes_to_base64url(proved.credential_public_key),
                sign_count=proved.sign_count,
                confirmed_at=timezone.now(),
            )
            record(actor, "factor.added", factors.target_of(user), Change(after={"kind": "passkey"}))
            return factors.first_codes(user)
    except IntegrityError:
        raise errors.Conflict("This passkey is known already.", details={"rule": "known"}) from None


def ask(*, user: User, site: Site) -> Asked | None:
    """Ask the browser to show one; None for who has none."""
    if not selectors.list_passkeys(user.pk):
        return None
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415 - as above
    from webauthn.helpers import bytes_to_base64url  # noqa: PLC0415

    known = _known(user)
    made = generate_authentication_options(rp_id=site.host, allow_credentials=known)
    return Asked(options_to_json(made), bytes_to_base64url(made.challenge))


def prove(*, user: User, site: Site, challenge: str, answer: str, ip: str = "") -> str:
    """Say "passkey" when the browser showed one of the person's. Raises Unauthenticated, which is recorded, and RateLimited."""
    gate = factors.gate_of(user)
    gate.enter()
    if challenge and _is_right(user, site, challenge, answer):
        gate.reset()
        return "passkey"
    factors.refuse(user=user, reason="wrong_passkey", ip=ip)
    raise errors.Unauthenticated("That passkey is not the right one.", code="bad_credentials")


def _is_right(user: User, site: Site, challenge: str, answer: str) -> bool:
    from webauthn import verify_authentication_response  # noqa: PLC0415 - as above
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        shown = _read(answer)
        factor = Factor.objects.filter(user=user, kind=Factor.Kind.PASSKEY, credential=shown.get("id", "")).first()
        if factor is None:
            return False
        proved = verify_authentication_response(
            credential=shown,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(factor.public_key),
            credential_current_sign_count=factor.sign_count,
        )
    except (WebAuthnException, ValueError):
        return False
    Factor.objects.filter(pk=factor.pk).update(sign_count=proved.new_sign_count, last_used_at=timezone.now())
    return True


def _known(user: User) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes  # noqa: PLC0415 - as above
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    rows = selectors.list_passkeys(user.pk)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential)) for each in rows]


def _read(answer: str) -> dict[str, str]:
    found = json.loads(answer) if len(answer) <= CHARS else None
    if not isinstance(found, dict) or not isinstance(found.get("id"), str) or "\x00" in found["id"]:
        raise ValueError("no credential")
    return found
