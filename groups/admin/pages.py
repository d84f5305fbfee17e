"""The list of groups and the page of one, for operators; what they may press is asked of Django's permissions."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from accounts.admin import actor_of
from chat.admin import ReadOnly
from groups import selectors
from groups.admin import buttons
from groups.admin.jobs import OPERATION_OF
from groups.models import GovernedGroup
from groups.permissions import OPERATIONS, SEE_AUDIT
from groups.selectors.operating import Overview, Places
from protocol.errors import NotFound, ParleyError

#: The lists on a group's page that go on by themselves.
LISTS = ("members", "bans", "links", "requests")


@admin.register(GovernedGroup)
class GovernedGroupAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Groups of everybody: how they are governed, who is in them, and the buttons. Never what is said."""

    def get_urls(self) -> list[URLPattern]:
        """Where buttons are pressed, beside Django's own pages."""
        press = path("<int:group>/press/", self.admin_site.admin_view(self.press), name="groups_governedgroup_press")
        return [press, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Groups by title, from a prefix on."""
        _require_look(self, request)
        query = request.GET.get("q", "")
        part = selectors.find_groups(query, after=_number(request, "after"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Groups",
            "opts": self.opts,
            "groups": part.rows,
            "query": query,
            "next": urlencode({"q": query, "after": part.next}) if part.next else "",
        }
        return render(request, "admin/groups/list.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One group."""
        _require_look(self, request)
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 20):
            raise Http404
        given = {each: _number(request, each) for each in LISTS}
        query = request.GET.get("q", "")
        try:
            seen = selectors.get_overview(int(object_id), Places(**given, query=query))
        except NotFound:
            raise Http404 from None
        context = {
            **self.admin_site.each_context(request),
            "title": str(seen.group),
            "opts": self.opts,
            "seen": seen,
            "rows": _rows(seen),
            "query": query,
            "next": {each: _next(given, query, each, getattr(seen, each).next) for each in LISTS},
            "here": urlencode(_kept(given, query)),
            "may": {each for each in OPERATIONS if _may(request, each)},
            "may_jobs": any(_may(request, each) for each in OPERATION_OF.values()),
            "may_audit": request.user.has_perm(SEE_AUDIT),
            "spans": buttons.SPANS,
            "ban_spans": buttons.BAN_SPANS,
            "roles": buttons.ROLES,
            "now": timezone.now(),
        }
        return render(request, "admin/groups/group.html", context)

    def press(self, request: HttpRequest, group: int) -> HttpResponse:
        """Press a button: its permission, its service, and back to the page with what came of it."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        _require_look(self, request)
        name = request.POST.get("button", "")
        button = buttons.BUTTONS.get(name)
        if button is None or not _may(request, button.operation):
            raise PermissionDenied
        if group >= buttons.TOO_MUCH:
            raise Http404
        fields = {field: value for field, value in request.POST.items() if isinstance(value, str)}
        try:
            said = buttons.press(name=name, actor=actor_of(request), group=group, fields=fields)
        except ParleyError as problem:
            self.message_user(request, problem.message, messages.ERROR)
        else:
            self.message_user(request, said, messages.SUCCESS)
        back = reverse("admin:groups_governedgroup_change", args=[group])
        kept = {each: _number(request, each) for each in LISTS}
        return HttpResponseRedirect(f"{back}?{urlencode(_kept(kept, request.GET.get('q', '')))}")


def _require_look(page: GovernedGroupAdmin, request: HttpRequest) -> None:
    if not page.has_view_permission(request):
        raise PermissionDenied


def _may(request: HttpRequest, operation: str) -> bool:
    return request.user.has_perm(f"groups.{operation}")


def _number(request: HttpRequest, name: str) -> int:
    """A place in a list, from the address; what is none is the beginning."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def _kept(given: dict[str, int], query: str) -> dict[str, Any]:
    """What of the address is worth keeping."""
    return {name: value for name, value in {"q": query, **given}.items() if value}


def _next(given: dict[str, int], query: str, name: str, start: int) -> str:
    """The address of the next page of one list, the others staying where they are."""
    return urlencode(_kept(given | {name: start}, query)) if start else ""


def _rows(seen: Overview) -> dict[str, Any]:
    """What the template cannot look up by itself: names by id, own roles by id."""
    roles = seen.governance.roles
    return {
        "members": [(each, roles.get(str(each.custom_role), {}).get("name", "")) for each in seen.members.rows],
        "bans": [(each, seen.names.get(each.by, each.by)) for each in seen.bans.rows],
        "links": [(each, seen.names.get(each.by, each.by)) for each in seen.links.rows],
    }
