"""Bodies and answers of mass operations."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openplatform.api.group_shapes import Time
from openplatform.api.shapes import Ask, Reply
from protocol import limits
from protocol.frames import Id, PageSize

Before = Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last id of the page before.")]


class JobOrder(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be done: ``export`` the members, give ``roles``, ``dissolve`` the group, or ``purge`` its history.

    For ``roles``: a ``role``, or the id of one of the group's own roles as ``custom_role`` (0: take it away); for
    ``users``, or for everybody when none are named. For ``purge``: ``before`` (ms), what is
    older is recalled.
    """

    kind: Literal["export", "roles", "dissolve", "purge"]
    role: Literal["admin", "member", ""] = ""
    custom_role: Annotated[int, Meta(ge=-1, le=2**53 - 1)] = -1
    users: Annotated[list[Id], Meta(max_length=10_000)] = msgspec.field(default_factory=list)
    before: Time = 0


class JobRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A job: ``done`` of ``total`` rows were looked at, and ``refused`` of these are in the report; times in ms.

    ``state``: waiting, running, done, failed (``problem`` says why) or cancelled. ``file``: there is one to be had.
    """

    id: int
    kind: str
    conversation: int
    state: str
    total: int
    done: int
    created_at: int
    refused: int = 0
    finished_at: int = 0
    problem: str = ""
    file: bool = False


class JobsQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of jobs, of all groups or one."""

    conversation: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0
    after: Before = 0
    limit: PageSize = limits.DEFAULT_PAGE


class JobPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Jobs, the newest first."""

    jobs: list[JobRow]


class JobReportQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a report."""

    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last row of the page before.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE


class JobReportRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What was not done: the number of the line (or the id of the person), the reason, and what the line said."""

    row: int
    reason: str
    en: str
    zh: str
    text: str = ""


class JobReportPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What was not done, by row."""

    rows: list[JobReportRow]
