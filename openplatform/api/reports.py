"""Reports of messages: made by members, settled by moderators."""

from chat.rendering import milliseconds
from groups import selectors
from groups.services import reports
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.report_shapes import (
    ReportAnswer,
    ReportBody,
    ReportMade,
    ReportPage,
    ReportRow,
    ReportsQuery,
)


class ReportMessageView(Door):
    """Asking for a look."""

    @operation(
        "reports.create", scope="messages:write", body=ReportBody, answer=ReportMade, status=201, fails=(404, 409)
    )
    def post(self, *, conversation: int, seq: int, body: ReportBody) -> ReportMade:
        """Ask the group's moderators to look at a message; again while it waits: the same report."""
        made = reports.report(
            actor=self.actor, conversation=conversation, target=seq, category=body.category, text=body.text
        )
        return ReportMade(id=made.pk)


class ReportsView(Door):
    """The queue."""

    @operation("reports.list", scope="members:write", query=ReportsQuery, answer=ReportPage, fails=(404,))
    def get(self, *, conversation: int, query: ReportsQuery) -> ReportPage:
        """Reports of the group's messages, for its moderators."""
        resolved = query.state == "resolved"
        found = selectors.list_reports(
            self.actor.user, conversation, resolved=resolved, after=query.after, limit=query.limit
        )
        return ReportPage(reports=[_row(each) for each in found])


class ReportView(Door):
    """One report."""

    @operation("reports.answer", scope="members:write", body=ReportAnswer, key="kept", fails=(404, 409))
    def post(self, *, conversation: int, report: int, body: ReportAnswer) -> None:
        """Take a report up, or settle it: dismiss it, remove the message, mute or ban who sent it."""
        if body.outcome == "taken":
            reports.take(actor=self.actor, conversation=conversation, report=report)
        else:
            verdict = reports.Verdict(body.outcome, body.until, body.note)
            reports.resolve(actor=self.actor, conversation=conversation, report=report, verdict=verdict)


def _row(each: selectors.Reported) -> ReportRow:
    row = each.report
    return ReportRow(
        id=row.pk,
        seq=row.seq,
        sender=row.sender,
        category=row.category,
        state=row.state,
        at=milliseconds(row.at),
        reporter=row.reporter,
        text=row.text,
        preview=each.preview,
        taken_by=row.taken_by,
        outcome=row.outcome,
        note=row.note,
        resolved_by=row.resolved_by,
        resolved_at=milliseconds(row.resolved_at),
    )
