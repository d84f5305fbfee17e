"""Mass operations in the admin: all jobs with their bars, one with its report, and where one is started and called off."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse

from accounts.admin import actor_of
from chat.admin import ReadOnly
from groups import conf, selectors
from groups.admin.buttons import TOO_MUCH, as_operator
from groups.models import Job
from groups.services import jobs
from groups.words import KINDS, REASONS
from protocol.errors import BadRequest, ParleyError

PAGE = 50
#: Kind -> the operation that it takes.
OPERATION_OF = {
    Job.Kind.IMPORT: "import_members",
    Job.Kind.EXPORT: "export_members",
    Job.Kind.ROLES: "set_member_role",
    Job.Kind.DISSOLVE: "dissolve_group",
    Job.Kind.PURGE: "purge_history",
}
#: What cannot be undone is asked for twice.
_FOR_GOOD = {Job.Kind.DISSOLVE, Job.Kind.PURGE}


@admin.register(Job)
class JobAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Everybody's jobs, for operators."""

    def get_urls(self) -> list[URLPattern]:
        """Where a job is started, called off, and its file is had, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path("start/<int:group>/", view(self.start), name="groups_job_start"),
            path("<int:job>/cancel/", view(self.cancel), name="groups_job_cancel"),
            path("<int:job>/file/", view(self.file), name="groups_job_file"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The newest first."""
        _require(self, request)
        found = selectors.list_all_jobs(_number(request, "after"), PAGE + 1)
        context = {
            **self.admin_site.each_context(request),
            "title": "Jobs",
            "opts": self.opts,
            "jobs": [(each, KINDS[each.kind][0]) for each in found[:PAGE]],
            "next": urlencode({"after": found[PAGE - 1].pk}) if len(found) > PAGE else "",
        }
        return render(request, "admin/groups/jobs.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One job; the page asks again by itself while there is something to do."""
        _require(self, request)
        job = _job(int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) < 20 else 0)
        refused = selectors.list_refusals(job, _number(request, "after"), PAGE + 1)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{KINDS[job.kind][0]}: {job.title}",
            "opts": self.opts,
            "job": job,
            "refused": [(each, REASONS[each.reason][0]) for each in refused[:PAGE]],
            "next": urlencode({"after": refused[PAGE - 1].row}) if len(refused) > PAGE else "",
            "may_cancel": job.is_open and _may(request, job.kind),
            "has_file": job.kind == Job.Kind.EXPORT and job.state == Job.State.DONE and _may(request, job.kind),
        }
        return render(request, "admin/groups/job.html", context)

    def start(self, request: HttpRequest, group: int) -> HttpResponse:
        """Start one, as the operator; then its page."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        kind = request.POST.get("kind", "")
        if kind not in OPERATION_OF or not _may(request, kind):
            raise PermissionDenied
        if group >= TOO_MUCH:
            raise Http404
        back = reverse("admin:groups_governedgroup_change", args=[group])
        if kind in _FOR_GOOD and request.POST.get("sure") != "yes":
            self.message_user(request, "Tick that you are sure.", messages.ERROR)
            return HttpResponseRedirect(back)
        operation = OPERATION_OF[Job.Kind(kind)]
        try:
            job = jobs.start(
                actor=as_operator(actor_of(request), operation),
                conversation=group,
                order=_order(request, kind),
                permission=f"groups.{operation}",
            )
        except ParleyError as problem:
            self.message_user(request, problem.message, messages.ERROR)
            return HttpResponseRedirect(back)
        return HttpResponseRedirect(reverse("admin:groups_job_change", args=[job.pk]))

    def cancel(self, request: HttpRequest, job: int) -> HttpResponse:
        """Call one off."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        _require(self, request)
        found = _job(job)
        if not _may(request, found.kind):
            raise PermissionDenied
        try:
            jobs.cancel(
                actor=as_operator(actor_of(request), OPERATION_OF[Job.Kind(found.kind)]), job=job, operator=True
            )
        except ParleyError as problem:
            self.message_user(request, problem.message, messages.ERROR)
        return HttpResponseRedirect(reverse("admin:groups_job_change", args=[job]))

    def file(self, request: HttpRequest, job: int) -> HttpResponseBase:
        """The file that an export made."""
        _require(self, request)
        found = _job(job)
        if not _may(request, found.kind):
            raise PermissionDenied
        try:
            pieces = selectors.file_of(found, is_async=isinstance(request, ASGIRequest))
        except ParleyError:
            raise Http404 from None
        response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="members-{found.conversation}-{found.pk}.csv"'
        return response


def _order(request: HttpRequest, kind: str) -> jobs.Order:
    given = request.FILES.get("file")
    if kind == Job.Kind.IMPORT:
        return jobs.Order(kind, file=given.read(conf.IMPORT_MAX_BYTES + 1) if given else b"")
    if kind == Job.Kind.PURGE:
        try:
            before = datetime.strptime(request.POST.get("before", ""), "%Y-%m-%d").replace(tzinfo=UTC)
        except ValueError:
            raise BadRequest("Choose a day.", details={"path": "before"}) from None
        return jobs.Order(kind, before=max(0, int(before.timestamp() * 1000)))
    return jobs.Order(kind, role=request.POST.get("role", "") if kind == Job.Kind.ROLES else "")


def _require(page: JobAdmin, request: HttpRequest) -> None:
    if not page.has_view_permission(request):
        raise PermissionDenied


def _may(request: HttpRequest, kind: str) -> bool:
    return request.user.has_perm(f"groups.{OPERATION_OF[Job.Kind(kind)]}")


def _job(pk: int) -> Job:
    found = Job.objects.filter(pk=pk).first() if 0 < pk < TOO_MUCH else None
    if found is None:
        raise Http404
    return found


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
