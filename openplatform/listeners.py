"""Every durable event of a conversation becomes a delivery for each app whose bot is in it. docs/events.md"""

from collections.abc import Sequence

from chat.models import Entry
from chat.registry import listens
from openplatform.dialects.envelope import TYPES
from openplatform.services import deliveries


@listens(*TYPES)
def tell_apps(entries: Sequence[Entry]) -> None:
    """Write the deliveries; a task posts them after the commit."""
    deliveries.write(entries)
