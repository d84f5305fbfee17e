"""What a message said before: each edit keeps the body that it replaced. A recalled message keeps none."""

from dataclasses import dataclass
from typing import Any

from chat.models import Entry
from chat.rendering import EDITED, milliseconds
from chat.selectors.readers import find_seen
from protocol import limits


@dataclass(frozen=True, slots=True)
class Version:
    """A body and the time (ms) from which it was so."""

    at: int
    body: dict[str, Any]


def list_versions(user: int, conversation: int, seq: int) -> list[Version]:
    """The bodies of a message, oldest first, the present one last; the newest limits.MAX_PAGE of many.

    Raises Forbidden not_a_member, NotFound. Three queries.
    """
    message = find_seen(user, conversation, seq)
    if message.recalled_at is not None:
        return []
    edits = Entry.objects.filter(conversation_id=conversation, target=seq, target__gt=0, type=EDITED)
    newest = list(edits.order_by("-seq")[: limits.MAX_PAGE])[::-1]
    versions = [Version(milliseconds(each.at), each.body.get("body", {})) for each in newest]
    if len(newest) == limits.MAX_PAGE:
        return versions
    first = newest[0].body.get("previous", {}).get("body", {}) if newest else message.body
    return [Version(milliseconds(message.at), first), *versions]
