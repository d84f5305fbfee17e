"""A person's status, told at once to those who watch that person. The words themselves are kept by ``accounts``."""

from django.db import transaction
from django.utils import timezone

from accounts import selectors
from accounts.actor import Actor
from accounts.models import User
from accounts.services import profile
from chat import presence, relay
from protocol.events import PresenceChanged


def put(*, actor: Actor, emoji: str = "", text: str = "", until: int = 0, quiet_until: int = 0) -> User:
    """Say what one is doing until ``until`` (ms; 0: no end), and be left in peace until ``quiet_until``.

    Raises BadRequest, Forbidden.
    """
    user = profile.set_status(actor=actor, emoji=emoji, text=text, until=until, quiet_until=quiet_until)
    words = selectors.words_of(user, timezone.now())
    status = presence.get_statuses([user.pk]).get(user.pk, presence.OFFLINE)
    event = PresenceChanged(
        user=user.pk,
        status=status,
        emoji=words.emoji,
        text=words.text,
        until=words.until,
        quiet_until=words.quiet_until,
    )
    transaction.on_commit(lambda: relay.publish_ephemeral(f"presence.{user.pk}", event))
    return user
