"""Second factors: set up, show, take away. What they must be shown for is ``identity.policy``'s."""

import time

from django.db import transaction
from django.utils import timezone

from accounts import policy as accounts_policy
from accounts import sealing
from accounts.actor import Actor
from accounts.models import User
from accounts.services import signin
from audit.services.recording import Change, Target, record
from identity import conf, selectors
from identity.dialects import codes
from identity.models import Factor, RecoveryCode
from identity.policy import Step
from protocol import errors

BOX = "factors"


def begin_app(*, user: User) -> str:
    """A secret for the person's authenticator app, the same until it is confirmed. Raises Conflict: there is one."""
    with transaction.atomic():
        factor, made = Factor.objects.select_for_update().get_or_create(
            user=user, kind=Factor.Kind.TOTP, defaults={"secret": sealing.seal(BOX, codes.new_secret())}
        )
    if not made and factor.confirmed_at is not None:
        raise errors.Conflict("There is an authenticator app already.", details={"rule": "one_app"})
    return sealing.unseal(BOX, factor.secret)


def confirm_app(*, actor: Actor, user: User, code: str) -> list[str]:
    """The app shows the right codes: from now on it counts. Recovery codes with the first factor, otherwise none.

    Raises BadRequest, RateLimited.
    """
    require_oneself(actor, user)
    gate = gate_of(user)
    gate.enter()
    with transaction.atomic():
        factor = Factor.objects.select_for_update().filter(user=user, kind=Factor.Kind.TOTP, confirmed_at=None).first()
        step = _step_of(factor, codes.tidy(code)) if factor is not None else None
        if factor is None or step is None:
            raise errors.BadRequest("That is not the code the app shows now.", details={"path": "code"})
        factor.last_step, factor.confirmed_at = step, timezone.now()
        factor.save(update_fields=["last_step", "confirmed_at"])
        record(actor, "factor.added", target_of(user), Change(after={"kind": factor.kind}))
        fresh = first_codes(user)
    gate.reset()
    return fresh


def make_codes(*, actor: Actor, user: User) -> list[str]:
    """New recovery codes; the old ones let nobody in any more. Raises Conflict without a factor."""
    require_oneself(actor, user)
    if not selectors.list_factors(user.pk):
        raise errors.Conflict("Set up a second factor first.", details={"rule": "factor"})
    with transaction.atomic():
        fresh = _replace_codes(user)
        record(actor, "factor.codes_made", target_of(user))
    return fresh


def prove(*, user: User, code: str, ip: str = "") -> str:
    """The second factor of somebody who showed the first: "totp" or "recovery". No code is taken twice.

    Raises Unauthenticated (bad_credentials) and RateLimited; a wrong code is recorded, for whoever tries knows the first.
    """
    gate = gate_of(user)
    gate.enter()
    tidy = codes.tidy(code)
    if _take_app_code(user, tidy):
        gate.reset()
        return "totp"
    if codes.is_recovery(tidy) and _take_recovery_code(user, tidy):
        gate.reset()
        return "recovery"
    refuse(user=user, reason="wrong_code", ip=ip)
    raise errors.Unauthenticated("That code is wrong or was used before.", code="bad_credentials")


def require(*, user: User, code: str, ip: str = "") -> str:
    """The second factor at a door without pages: which one was shown, "" when none is asked for.

    Raises Unauthenticated (second_factor_required, bad_credentials), Forbidden (one must be set up first) and RateLimited.
    """
    step = selectors.get_demand(user).step
    if step is Step.ENROL:
        raise errors.Forbidden("Sign in in a browser and set up a second factor.", details={"rule": "second_factor"})
    if step is not Step.PROVE:
        return ""
    if not code:
        raise errors.Unauthenticated("Send the code of your second factor too.", code="second_factor_required")
    return prove(user=user, code=code, ip=ip)


def remove(*, actor: Actor, user: User, factor: int) -> None:
    """Take a factor of one's own away, the recovery codes with the last. Raises NotFound; Conflict: a rule demands one."""
    require_oneself(actor, user)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        mine = selectors.list_factors(user.pk)
        row = next((each for each in mine if each.pk == factor), None)
        if row is None:
            raise errors.NotFound("There is no such factor.")
        if len(mine) == 1 and selectors.is_bound(user):
            raise errors.Conflict("You must have a second factor: set up another first.", details={"rule": "required"})
        row.delete()
        if len(mine) == 1:
            RecoveryCode.objects.filter(user=user).delete()
        record(actor, "factor.removed", target_of(user), Change(before={"kind": row.kind, "name": row.name}))


def reset(*, actor: Actor, user: User) -> int:
    """Take all factors of somebody who lost them away: how many. Raises Forbidden."""
    if not accounts_policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
    with transaction.atomic():
        gone = forget(user=user)
        record(actor, "factor.reset", target_of(user), Change(before={"factors": gone}))
    return gone


def forget(*, user: User) -> int:
    """No trace of the person's factors: how many counted."""
    gone = len(selectors.list_factors(user.pk))
    Factor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    return gone


def first_codes(user: User) -> list[str]:
    """Recovery codes for who has none yet, in the transaction in which a factor is added."""
    return [] if selectors.count_codes(user.pk) else _replace_codes(user)


def refuse(*, user: User, reason: str, ip: str = "") -> None:
    """Write down that somebody who showed the first factor did not show the second."""
    with transaction.atomic():
        actor = Actor(user=user.pk, name=user.name, ip=ip)
        record(actor, "signin.refused", target_of(user), Change(after={"second": reason}))


def target_of(user: User) -> Target:
    """A person in the audit log."""
    return Target("user", user.pk, user.name)


def _take_app_code(user: User, code: str) -> bool:
    factor = Factor.objects.filter(user=user, kind=Factor.Kind.TOTP, confirmed_at__isnull=False).first()
    step = _step_of(factor, code) if factor is not None else None
    if factor is None or step is None:
        return False
    # By a condition: of two requests with one code, one is let in.
    earlier = Factor.objects.filter(pk=factor.pk, last_step__lt=step)
    return bool(earlier.update(last_step=step, last_used_at=timezone.now()))


def _take_recovery_code(user: User, code: str) -> bool:
    unused = RecoveryCode.objects.filter(user=user, digest=codes.digest(code), used_at__isnull=True)
    return bool(unused.update(used_at=timezone.now()))


def _step_of(factor: Factor, code: str) -> int | None:
    return codes.find_step(sealing.unseal(BOX, factor.secret), code, at=time.time(), after=factor.last_step)


def _replace_codes(user: User) -> list[str]:
    fresh = codes.new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, digest=codes.digest(codes.tidy(each))) for each in fresh])
    return fresh


def gate_of(user: User) -> signin.Gate:
    """The counter of a person's wrong second factors, of all kinds."""
    limits = conf.get()
    return signin.Gate(signin.key_of("second", str(user.pk)), limits.code_free_attempts, limits.code_longest_pause)


def require_oneself(actor: Actor, user: User) -> None:
    """Raises Forbidden."""
    if not accounts_policy.may_describe(actor, owner=user.pk):
        raise errors.Forbidden("Only a person in person does that.", details={"rule": "oneself"})
