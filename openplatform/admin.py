"""Webhooks in the Django admin: who speaks where, and a button that ends one. Secrets are nowhere to be shown."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import actor_of, may_operate
from openplatform.models import EventSubscription, IncomingWebhook
from openplatform.services import incoming


@admin.register(IncomingWebhook)
class IncomingWebhookAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Incoming webhooks, to look at and to end."""

    list_display = ("name", "hint", "conversation_id", "creator", "created_at", "last_used_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "hint", "=conversation__id")
    list_select_related = ("creator",)
    actions = ("end",)

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
class EventSubscriptionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
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
