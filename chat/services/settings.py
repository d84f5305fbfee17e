"""A person's settings: one row each, told to the person's own devices. Names and shapes: ``accounts.settings``."""

from typing import Any

from accounts import settings
from accounts.actor import Actor
from accounts.models import Setting
from chat import policy, timeline
from chat.services import telling
from chat.services.messages import publish
from chat.timeline import Emitted


def change(*, actor: Actor, name: str, value: Any) -> tuple[Any, int]:
    """Setting ``name`` is ``value`` from now on; None: as by default. The value as stored, and the seq that told it.

    Raises NotFound for a name that is none, BadRequest for a value that does not fit.
    """
    if refused := policy.may_keep_own(actor=actor):
        raise refused
    known = name in settings.KNOWN
    stored = None if value is None and known else settings.checked(name, value)

    def work() -> tuple[int, tuple[Emitted, ...]]:
        own = telling.begin(actor.user)
        row = Setting.objects.filter(user_id=actor.user, name=name).first()
        if (row.value if row else None) == stored:
            return (row.seq if row else 0), ()
        told = telling.tell(actor.user, own, "setting.changed", name=name, value=stored)
        if row is not None:
            telling.empty(own, row.seq, keep=("name",))
        if stored is None:
            Setting.objects.filter(user_id=actor.user, name=name).delete()
        else:
            Setting.objects.update_or_create(user_id=actor.user, name=name, defaults={"value": stored, "seq": told.seq})
        return told.seq, told.emitted

    seq, emitted = timeline.run(work)
    publish(emitted)
    return stored, seq
