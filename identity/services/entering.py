"""That somebody came in, and by which door, in the audit log. Opening the session itself is the door's part."""

from django.db import transaction

from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, record
from identity.services.factors import target_of


def entered(*, user: User, device: int, door: str, second: str = "", ip: str = "") -> None:
    """``door``: what the first factor was ("password", or a provider's name); ``second``: the second one, "" without."""
    actor = Actor(user=user.pk, name=user.name, device=device, ip=ip)
    with transaction.atomic():
        record(actor, "signin.entered", target_of(user), Change(after={"door": door, "second": second}))
