"""Apps and webhooks in the Django admin: what they are, who reviews them, who ends one. Secrets are nowhere to be shown."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from oauth2_provider import admin as admin_of_oauth  # noqa: F401

from accounts.admin import actor_of, may_operate
from accounts.listing import Long
from accounts.selectors import id_of, list_beginning
from openplatform.models import (
    AccessToken,
    App,
    EventSubscription,
    Grant,
    IDToken,
    IncomingWebhook,
    ManifestVersion,
    RefreshToken,
)
from openplatform.services import apps, incoming, manifests
from protocol import errors

# The toolkit's pages write these rows past the services, and so past the audit log. ``admin_of_oauth`` is imported to be
# sure that they are registered by now.
for model in (App, AccessToken, Grant, IDToken, RefreshToken):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class ReasonForm(ActionForm):
    """What is chosen to be done, and why: the owner reads it."""

    reason = forms.CharField(required=False, max_length=500)


@admin.register(App)
class AppAdmin(Long):
    """Apps: those that wait come first, and are approved or turned down; one that misbehaves is cut off."""

    list_display = ("name", "state", "state_at", "user", "client_id", "state_reason")
    list_filter = ("state",)
    order = ("-state_at", "-pk")
    finds = "Name or owner's name begins with, or client id"
    list_select_related = ("user",)
    fields = (
        "name", "description", "homepage", "user", "state", "state_reason", "state_at", "client_id", "client_type",
        "scopes", "redirect_uris", "departments", "bot",
    )  # fmt: skip
    action_form = ReasonForm
    actions = ("approve", "reject", "suspend", "restore")

    def found(self, words: str) -> Q:
        """By what it is called or whose it is."""
        return Q(name__istartswith=words) | Q(client_id=words) | Q(user__in=list_beginning(words))

    @admin.action(description="Approve", permissions=["operate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[App]) -> None:
        """Let the chosen apps, which wait, be installed."""
        self._each(request, queryset, lambda app: apps.approve(actor=actor_of(request), app=app))

    @admin.action(description="Turn down (say why)", permissions=["operate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[App]) -> None:
        """Back to their owners."""
        why = request.POST.get("reason", "")
        self._each(request, queryset, lambda app: apps.reject(actor=actor_of(request), app=app, reason=why))

    @admin.action(description="Suspend: cut off everywhere (say why)", permissions=["operate"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[App]) -> None:
        """Their tokens let nobody in from now on."""
        why = request.POST.get("reason", "")
        self._each(request, queryset, lambda app: apps.suspend(actor=actor_of(request), app=app, reason=why))

    @admin.action(description="End the suspension", permissions=["operate"])
    def restore(self, request: HttpRequest, queryset: QuerySet[App]) -> None:
        """What they had lets them in again."""
        self._each(request, queryset, lambda app: apps.restore(actor=actor_of(request), app=app))

    def _each(self, request: HttpRequest, queryset: QuerySet[App], do: Callable[[int], Any]) -> None:
        """Do it to each of the chosen; what a service refuses is shown and holds up no other."""
        done = 0
        for app in queryset:
            try:
                do(app.pk)
            except errors.ParleyError as problem:
                self.message_user(request, f"{app.name}: {problem.message}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, f"{done} apps changed.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Their developers make them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the actions."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the actions: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What an app's bot said stays signed."""
        return False


@admin.register(ManifestVersion)
class ManifestVersionAdmin(Long):
    """What apps said of themselves, version by version: the queue of changes that wait, and what became of them."""

    list_display = ("app", "number", "state", "at", "author", "differs", "reason")
    list_filter = ("state",)
    finds = "App's name begins with, or client id"
    list_select_related = ("app", "author")
    fields = ("app", "number", "state", "at", "author", "reason", "changes", "content")
    action_form = ReasonForm
    actions = ("apply", "turn_down")

    def found(self, words: str) -> Q:
        """By the app."""
        return Q(app__name__istartswith=words) | Q(app__client_id=words)

    @admin.display(description="What differs")
    def differs(self, row: ManifestVersion) -> str:
        """The paths; the page of the version says how it was and how it would be."""
        return ", ".join(str(each.get("path", "")) for each in row.changes)[:200]

    @admin.action(description="Apply the proposed change", permissions=["operate"])
    def apply(self, request: HttpRequest, queryset: QuerySet[ManifestVersion]) -> None:
        """The app is from now on what it proposed to be."""
        self._decide(request, queryset, approve=True)

    @admin.action(description="Turn the proposed change down (say why)", permissions=["operate"])
    def turn_down(self, request: HttpRequest, queryset: QuerySet[ManifestVersion]) -> None:
        """The app stays as it is."""
        self._decide(request, queryset, approve=False)

    def _decide(self, request: HttpRequest, queryset: QuerySet[ManifestVersion], *, approve: bool) -> None:
        """Answer each; what a service refuses is shown and holds up no other."""
        actor, reason, done = actor_of(request), request.POST.get("reason", ""), 0
        for row in queryset.select_related("app"):
            try:
                manifests.decide(actor=actor, app=row.app_id, approve=approve, reason=reason, version=row.number)
            except errors.ParleyError as problem:
                self.message_user(request, f"{row.app.name}: {problem.message}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, f"{done} changes answered.")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Apps' owners write them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the actions."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the actions: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What an app was stays known."""
        return False


@admin.register(IncomingWebhook)
class IncomingWebhookAdmin(Long):
    """Incoming webhooks, to look at and to end."""

    list_display = ("name", "hint", "conversation_id", "creator", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    finds = "Name begins with, first characters in full, or conversation (id)"
    list_select_related = ("creator",)
    actions = ("end",)

    def found(self, words: str) -> Q:
        """By what it is called or where it posts."""
        return Q(name__istartswith=words) | Q(hint=words) | Q(conversation=id_of(words))

    @admin.action(description="End the chosen webhooks", permissions=["operate"])
    def end(self, request: HttpRequest, queryset: QuerySet[IncomingWebhook]) -> None:
        """The service's verb for each; who pressed is in the audit log."""
        actor = actor_of(request)
        for hook in queryset.filter(revoked_at=None):
            incoming.end(actor=actor, hook=hook)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """They are made in their conversations."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only by the action."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the actions: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ended, never deleted."""
        return False


@admin.register(EventSubscription)
class EventSubscriptionAdmin(Long):
    """Where events are posted and how that fares, to look at. Secrets are not shown."""

    list_display = ("id", "app", "url", "state", "reason", "failures", "failing_since", "closed_until", "last_number")
    list_filter = ("state",)
    list_select_related = ("app",)
    exclude = ("secret", "old_secret")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Apps' owners make them."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Apps' owners change them."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Apps' owners end them."""
        return False
