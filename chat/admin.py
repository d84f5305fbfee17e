"""Conversations in the Django admin: what they are and who is in them, to look at. Never what is said."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import may_operate
from chat.models import Conversation, Membership, Straggler
from chat.services import listening


class ReadOnly:
    """No adding, changing, deleting: conversations are written through their timelines alone."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the actions: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Kinds, sizes and heads. Personal conversations are left out: they are their owners' own."""

    list_display = ("id", "kind", "title", "member_count", "post_policy", "last_number", "last_at")
    list_filter = ("kind", "post_policy")
    search_fields = ("=id", "title")
    ordering = ("-last_at",)
    show_full_result_count = False
    fields = (
        "kind",
        "title",
        "description",
        "post_policy",
        "history_for_newcomers",
        "member_count",
        "last_seq",
        "last_number",
        "last_at",
        "created_at",
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Direct conversations and groups."""
        return super().get_queryset(request).exclude(kind=Conversation.Kind.PERSONAL)


@admin.register(Straggler)
class StragglerAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Listeners that fail: where, why, when they are tried again. Without that moment they are parked."""

    list_display = ("listener", "conversation_id", "seq", "attempts", "problem", "since", "next_at")
    list_filter = ("listener", ("next_at", admin.EmptyFieldListFilter))
    ordering = ("-since",)
    fields = ("listener", "conversation_id", "seq", "attempts", "problem", "since", "next_at")
    readonly_fields = fields
    actions = ("resume",)

    @admin.action(description="Resume: try again with the next sweep", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Straggler]) -> None:
        """Try the chosen ones again."""
        for straggler in queryset:
            listening.resume(straggler=straggler)


@admin.register(Membership)
class MembershipAdmin(ReadOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Who is in what, with which role."""

    list_display = ("id", "conversation", "user", "role", "muted_until", "joined_at")
    list_filter = ("role",)
    search_fields = ("=conversation__id", "=user__username")
    list_select_related = ("conversation", "user")
    show_full_result_count = False
    fields = ("conversation", "user", "role", "muted_until", "history_from", "joined_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of direct conversations and groups."""
        return super().get_queryset(request).exclude(conversation__kind=Conversation.Kind.PERSONAL)
