"""Bodies and answers of reports: asking moderators to look at a message, their queue, settling one."""

from typing import Annotated, Literal

from msgspec import Meta

from openplatform.api.group_shapes import Time
from openplatform.api.shapes import Ask, Reply
from protocol import limits
from protocol.frames import PageSize

Text = Annotated[str, Meta(max_length=500)]


class ReportBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What it is said to be, and the reporter's own words."""

    category: Literal["spam", "abuse", "leak", "illegal", "other"]
    text: Text = ""


class ReportsQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the queue: what waits, the oldest first; or what is settled, the newest first."""

    state: Literal["waiting", "resolved"] = "waiting"
    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last id of the page before.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE


class ReportRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A report. ``reporter`` 0: a word list, ``text`` then holds the words. ``preview`` "": the message was recalled."""

    id: int
    seq: int
    sender: int
    category: str
    state: str
    at: int
    reporter: int = 0
    text: str = ""
    preview: str = ""
    taken_by: int = 0
    outcome: str = ""
    note: str = ""
    resolved_by: int = 0
    resolved_at: int = 0


class ReportPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Reports of a group's messages."""

    reports: list[ReportRow]


class ReportMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The report that waits."""

    id: int


class ReportAnswer(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What comes of it: taken up, or settled. ``until`` (ms): of a mute, needed; of a ban, 0 for good."""

    outcome: Literal["taken", "dismissed", "removed", "muted", "banned"]
    until: Time = 0
    note: Text = ""
