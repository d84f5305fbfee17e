"""The audit log in the Django admin: to look at, to filter, to verify. Nothing here writes."""

import time
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import URLPattern, path

from audit import selectors
from audit.actions import ACTIONS
from audit.chain import GENESIS, Finding
from audit.models import AuditRecord
from audit.selectors import Verified, Wanted

PAGE = 50
#: Seconds that one answer of the check may take; then the page asks for the next. About 50,000 records.
PATIENCE = 2.0
#: A log with more that is wrong is a matter for the command, which says everything.
MAX_FINDINGS = 20
SALT = "audit.verify"
#: Seconds after which a check that nobody went on with begins anew.
MAX_AGE = 600
#: What no database can hold.
TOO_MUCH = 2**63


class Filters(forms.Form):
    """What is looked for. All of it in the address, so that it can be kept and passed on."""

    actor = forms.IntegerField(required=False, min_value=1, max_value=TOO_MUCH - 1, label="actor (id)")
    action = forms.ChoiceField(required=False, choices=[("", "any"), *sorted((each, each) for each in ACTIONS)])
    target = forms.RegexField(r"^[a-z_]{1,32}:[^\x00]{1,64}$", required=False, label="target (type:id)")
    conversation = forms.IntegerField(required=False, min_value=1, max_value=TOO_MUCH - 1, label="conversation (id)")
    before = forms.IntegerField(required=False, min_value=1, max_value=TOO_MUCH - 1, widget=forms.HiddenInput)


@admin.register(AuditRecord)
class AuditRecordAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """The newest first, page by page without a count; one record with all it holds; the check of the chain."""

    fields = (
        "seq", "at", "actor", "actor_name", "action", "meaning", "target_type", "target", "target_name", "conversation",
        "before", "after", "reason", "app", "token", "device", "ip", "previous", "digest",
    )  # fmt: skip
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Services write it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Written once."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    @admin.display(description="what was done")
    def meaning(self, row: AuditRecord) -> str:
        """The sentence."""
        return ACTIONS.get(row.action, "")

    def get_urls(self) -> list[URLPattern]:
        """The check beside Django's own pages."""
        check = path("verify/", self.admin_site.admin_view(self.verify), name="audit_auditrecord_verify")
        return [check, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """A page of the log. A filter that makes no sense is said at its field, and nothing is listed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        form = Filters(request.GET)
        rows: list[AuditRecord] = []
        asked: dict[str, Any] = {}
        if form.is_valid():
            asked = {name: value for name, value in form.cleaned_data.items() if value}
            before = asked.pop("before", 0)
            rows = selectors.list_records(Wanted(**asked), before=before, limit=PAGE + 1)
        more = urlencode({**asked, "before": rows[PAGE - 1].seq}) if len(rows) > PAGE else ""
        context = {
            **self.admin_site.each_context(request),
            "title": "Audit log",
            "opts": self.opts,
            "form": form,
            "rows": [(each, ACTIONS.get(each.action, "")) for each in rows[:PAGE]],
            "newest": urlencode(asked),
            "older": more,
        }
        return render(request, "admin/audit/records.html", context)

    def verify(self, request: HttpRequest) -> HttpResponse:
        """POST begins; the page then asks for one stretch after the other, with a signed note of how far it came."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        done = _begin() if request.method == "POST" else _noted(request.GET.get("go", ""))
        over = False
        if done is not None:
            done, over = _go_on(done)
        context = {
            **self.admin_site.each_context(request),
            "title": "Verify the audit log",
            "opts": self.opts,
            "expired": done is None and "go" in request.GET,
            "done": done,
            "over": over,
            "go": "" if over or done is None else _note(done),
        }
        return render(request, "admin/audit/verify.html", context)


def _begin() -> Verified:
    return Verified((0, GENESIS), selectors.get_head())


def _go_on(done: Verified) -> tuple[Verified, bool]:
    """Stretch after stretch, as long as an answer may take; and whether the check is over."""
    began = time.monotonic()
    while True:
        done = selectors.verify_on(done)
        if done.done or len(done.findings) >= MAX_FINDINGS:
            return done, True
        if time.monotonic() - began >= PATIENCE:
            return done, False


def _note(done: Verified) -> str:
    findings = [(each.seq, each.what) for each in done.findings]
    return signing.dumps([done.last, done.head, findings], salt=SALT, compress=True)


def _noted(note: str) -> Verified | None:
    """What ``_note`` wrote; None for anything else, and for what is too old."""
    try:
        last, head, findings = signing.loads(note, salt=SALT, max_age=MAX_AGE)
    except signing.BadSignature:
        return None
    return Verified((last[0], last[1]), (head[0], head[1]), tuple(Finding(*each) for each in findings))
