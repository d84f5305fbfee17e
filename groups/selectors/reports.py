"""The moderators' queue of a group, as its moderators see it: they may read the messages anyway."""

from dataclasses import dataclass

from chat import kinds
from chat.models import Entry
from chat.rendering import MESSAGE
from groups.models import Report
from groups.selectors.governance import require


@dataclass(frozen=True, slots=True)
class Reported:
    """A report with one line of its message: "" when that was recalled."""

    report: Report
    preview: str


def list_reports(
    user: int, conversation: int, *, resolved: bool = False, after: int = 0, limit: int = 100
) -> list[Reported]:
    """Those that wait, the oldest first, or those that are settled, the newest first. ``after``: the last id before.

    For who may moderate. Raises a ParleyError. Three queries.
    """
    require(user, conversation, "moderate")
    rows = Report.objects.filter(conversation_id=conversation)
    if resolved:
        rows = rows.filter(state=Report.State.RESOLVED).order_by("-pk")
        rows = rows.filter(pk__lt=after) if after else rows
    else:
        rows = rows.exclude(state=Report.State.RESOLVED).filter(pk__gt=after).order_by("pk")
    found = list(rows[:limit])
    places = [(each.conversation_id, each.seq) for each in found]
    messages = {each.seq: each for each in Entry.objects.filter(pk__in=places, type=MESSAGE)} if places else {}
    return [Reported(each, _preview(messages.get(each.seq))) for each in found]


def _preview(message: Entry | None) -> str:
    if message is None or message.recalled_at or message.kind not in kinds.all_kinds():
        return ""
    return kinds.get(message.kind).preview(message.body)
