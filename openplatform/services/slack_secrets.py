"""The one signing secret of a Slack app: Bolt checks events, commands and presses with the same."""

from openplatform import signing
from openplatform.models import EventSubscription, Interactivity

WORDS = "slack"


def choose(*, app: int, signature: str) -> str:
    """The secret of something new: of a Slack app the one that it has already, otherwise a new one."""
    if signature == WORDS:
        for rows in (Interactivity.objects, EventSubscription.objects):
            if known := rows.filter(app=app, signature=WORDS).values_list("secret", flat=True).first():
                return signing.unseal(known)
    return signing.new_secret()


def spread(*, app: int, signature: str, sealed: str) -> None:
    """A Slack app's secret is another one: everywhere. Inside the transaction that changed it."""
    if signature == WORDS:
        for rows in (Interactivity.objects, EventSubscription.objects):
            rows.filter(app=app, signature=WORDS).update(secret=sealed)
