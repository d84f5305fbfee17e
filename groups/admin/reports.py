"""The moderation queue of the whole server in the Django admin: reports, never messages, unless reviewed with a reason."""

import time
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.admin import actor_of
from accounts.listing import Long
from accounts.models import User
from accounts.selectors import id_of
from chat import kinds
from chat.admin import ReadOnly
from groups.admin.buttons import BAN_SPANS
from groups.models import Report
from groups.permissions import CHANGE_REPORTS, REVIEW
from groups.services import reports
from protocol.errors import ParleyError

#: What settling may do besides, by the permission that the button for it takes on a group's page.
_ACTS = {"mute": "groups.mute_member", "ban": "groups.ban_member"}


class Settling(forms.Form):
    """What a report comes to."""

    outcome = forms.ChoiceField(choices=Report.Outcome.choices)
    span = forms.TypedChoiceField(
        choices=sorted(BAN_SPANS.items()),
        coerce=int,
        label="muted or banned for",
        initial=86_400,
        required=False,
        empty_value="",
    )
    note = forms.CharField(max_length=reports.MAX_TEXT, required=False)


@admin.register(Report)
class ReportAdmin(ReadOnly, Long):
    """What waits, what was taken up, what came of it."""

    list_display = ("id", "at", "category", "place", "state", "outcome", "taken_by", "resolved_by")
    list_filter = ("state", "category", "outcome")
    list_select_related = ("conversation",)
    finds = "Group (id)"

    def found(self, words: str) -> Q:
        """By where it was said."""
        return Q(conversation=id_of(words))

    @admin.display(description="message")
    def place(self, row: Report) -> str:
        """Group, id and seq."""
        return f"{row.conversation} ({row.conversation_id}:{row.seq})"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One report: take it up, settle it, or read the message with a reason."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        form, seen = Settling(request.POST if "outcome" in request.POST else None), None
        if request.method == "POST":
            try:
                seen = self._press(request, row, form)
            except ParleyError as problem:
                self.message_user(request, problem.message, messages.ERROR)
            row.refresh_from_db()
        people = User.objects.in_bulk({row.sender, row.reporter, row.taken_by, row.resolved_by} - {0})
        context = {
            **self.admin_site.each_context(request),
            "title": str(row),
            "opts": self.opts,
            "row": row,
            "form": form,
            "seen": seen,
            "names": {
                name: people.get(getattr(row, name), "") for name in ("sender", "reporter", "taken_by", "resolved_by")
            },
            "may_settle": request.user.has_perm(CHANGE_REPORTS) and row.state != Report.State.RESOLVED,
            "may_review": request.user.has_perm(REVIEW),
        }
        return render(request, "admin/groups/report.html", context)

    def _press(self, request: HttpRequest, row: Report, form: Settling) -> str | None:
        """Do what was asked; the text of the message when that was asked for. Raises a ParleyError."""
        button, group = request.POST.get("button", ""), row.conversation_id
        if button == "review" and request.user.has_perm(REVIEW):
            reason = request.POST.get("reason", "")
            message = reports.review(actor=actor_of(request).as_operator("review"), report=row.pk, reason=reason)
            return kinds.get(message.kind).search_text(message.body) or f"[{message.kind}]"
        if not request.user.has_perm(CHANGE_REPORTS):
            raise PermissionDenied
        more = (act for act, permission in _ACTS.items() if request.user.has_perm(permission))
        actor = actor_of(request).as_operator("moderate", "remove_message", *more)
        if button == "take":
            reports.take(actor=actor, conversation=group, report=row.pk)
            self.message_user(request, "You look into it.", messages.SUCCESS)
        elif form.is_valid():
            said = form.cleaned_data
            span = said["span"] or 0
            until = int(time.time() + span) * 1000 if span else 0
            verdict = reports.Verdict(said["outcome"], until, said["note"])
            reports.resolve(actor=actor, conversation=group, report=row.pk, verdict=verdict)
            self.message_user(request, "The report is settled.", messages.SUCCESS)
        return None
