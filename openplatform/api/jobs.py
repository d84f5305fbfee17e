"""Mass operations: start one, watch it, call it off, read what it refused, have the file it made. docs/jobs.md"""

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

from chat.rendering import milliseconds
from groups import conf, selectors, words
from groups.models import Job
from groups.services import jobs
from openplatform.api.door import Door, plain_request
from openplatform.api.job_shapes import (
    JobOrder,
    JobPage,
    JobReportPage,
    JobReportQuery,
    JobReportRow,
    JobRow,
    JobsQuery,
)
from openplatform.api.operation import operation
from protocol import errors

_BYTES = {"type": "string", "format": "binary"}
_CSV = {"text/csv": _BYTES, "*/*": _BYTES}


class StartView(Door):
    """Where jobs of a group begin."""

    cost = 5.0

    @operation("jobs.start", scope=None, body=JobOrder, answer=JobRow, status=202, key="kept", fails=(404, 409))
    def post(self, *, conversation: int, body: JobOrder) -> JobRow:
        """Start a mass operation; ask the job how far it is. 409 while one of its kind is under way in the group."""
        order = jobs.Order(
            body.kind, role=body.role, custom_role=body.custom_role, users=body.users, before=body.before
        )
        return _row(jobs.start(actor=self.actor, conversation=conversation, order=order))


class ImportView(Door):
    """Where imports begin."""

    cost = 5.0

    @operation("jobs.import", scope="members:write", answer=JobRow, status=202, fails=(400, 409, 413), raw_request=_CSV)
    def post(self, *, conversation: int) -> JobRow:
        """Bring people in by a CSV file in UTF-8, one a line, by user name, or by the column ``username`` or ``id``."""
        request = plain_request(self.request)
        length = request.META.get("CONTENT_LENGTH") or ""
        most = conf.IMPORT_MAX_BYTES
        if length.isdecimal() and int(length) > most:
            raise errors.BadRequest(f"A file may have {most} bytes.", code="too_large", details={"limit": most})
        order = jobs.Order(Job.Kind.IMPORT, file=request.read(most + 1))
        return _row(jobs.start(actor=self.actor, conversation=conversation, order=order))


class JobsView(Door):
    """One's own jobs."""

    @operation("jobs.list", scope="members:write", query=JobsQuery, answer=JobPage)
    def get(self, *, query: JobsQuery) -> JobPage:
        """The jobs that you started, the newest first; they are kept for some days."""
        found = selectors.list_jobs(self.actor.user, query.conversation, query.after, query.limit)
        return JobPage(jobs=[_row(each) for each in found])


class JobView(Door):
    """One job."""

    @operation("jobs.get", scope="members:write", answer=JobRow, fails=(404,))
    def get(self, *, job: int) -> JobRow:
        """How far it is."""
        return _row(selectors.get_job(self.actor.user, job))

    @operation("jobs.cancel", scope="members:write", fails=(404, 409))
    def delete(self, *, job: int) -> None:
        """Call it off; what it did stays done."""
        jobs.cancel(actor=self.actor, job=job)


class ReportView(Door):
    """What a job refused."""

    @operation("jobs.report", scope="members:write", query=JobReportQuery, answer=JobReportPage, fails=(404,))
    def get(self, *, job: int, query: JobReportQuery) -> JobReportPage:
        """Lines and people that were not done, with the reason."""
        found = selectors.list_refusals(selectors.get_job(self.actor.user, job), query.after, query.limit)
        rows = [
            JobReportRow(
                row=each.row, reason=each.reason, en=words.REASONS[each.reason][0], zh=words.REASONS[each.reason][1],
                text=each.text,
            )
            for each in found
        ]  # fmt: skip
        return JobReportPage(rows=rows)


class FileView(Door):
    """What an export made."""

    @operation("jobs.file", scope="members:write", fails=(404, 409), raw_answers={(200, "text/csv"): _BYTES})
    def get(self, *, job: int) -> StreamingHttpResponse:
        """The members as CSV in UTF-8."""
        found = selectors.get_job(self.actor.user, job)
        file = selectors.file_of(found, is_async=isinstance(plain_request(self.request), ASGIRequest))
        response = StreamingHttpResponse(file, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="members-{found.conversation}-{found.pk}.csv"'
        return response


def _row(job: Job) -> JobRow:
    return JobRow(
        id=job.pk,
        kind=job.kind,
        conversation=job.conversation,
        state=job.state,
        total=job.total,
        done=job.done,
        created_at=milliseconds(job.created_at),
        refused=job.refused,
        finished_at=milliseconds(job.finished_at),
        problem=job.problem,
        file=job.kind == Job.Kind.EXPORT and job.state == Job.State.DONE,
    )
