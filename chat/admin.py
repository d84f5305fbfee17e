"""Conversations in the Django admin: what they are and who is in them, to look at. Never what is said."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.admin import may_operate
from accounts.listing import Long, choice
from accounts.selectors import id_of, list_beginning
from accounts.titles import beginning
from chat.models import Conversation, Membership, Straggler
from chat.services import listening
from chat.titles import TitleKey


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


#: Kinds that are listed: personal ones are not.
_SHOWN = [each for each in Conversation.Kind.choices if each[0] != Conversation.Kind.PERSONAL]


@admin.register(Conversation)
class ConversationAdmin(ReadOnly, Long):
    """Kinds, sizes and heads. Personal conversations are left out: they are their owners' own."""

    list_display = ("id", "kind", "title", "member_count", "post_policy", "last_number", "last_at")
    list_filter = (choice("kind", "kind", _SHOWN), "post_policy")
    order = ("-last_at", "-pk")
    finds = "A group's title begins with, or id"
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

    def found(self, words: str) -> Q:
        """By a group's title."""
        groups = beginning(Conversation.objects.filter(kind=Conversation.Kind.GROUP), "title", words, key=TitleKey)
        return Q(pk__in=[id_of(words), *groups.values_list("pk", flat=True)[:200]])


@admin.register(Straggler)
class StragglerAdmin(ReadOnly, Long):
    """Listeners that fail: where, why, when they are tried again. Without that moment they are parked."""

    list_display = ("listener", "conversation_id", "seq", "attempts", "problem", "since", "next_at")
    list_filter = (("next_at", admin.EmptyFieldListFilter),)
    finds = "Conversation (id)"
    fields = ("listener", "conversation_id", "seq", "attempts", "problem", "since", "next_at")
    readonly_fields = fields
    actions = ("resume",)

    def found(self, words: str) -> Q:
        """By where it fails."""
        return Q(conversation=id_of(words))

    @admin.action(description="Resume: try again with the next sweep", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Straggler]) -> None:
        """Try the chosen ones again."""
        for straggler in queryset:
            listening.resume(straggler=straggler)


@admin.register(Membership)
class MembershipAdmin(ReadOnly, Long):
    """Who is in what, with which role: of a conversation, or of people. All of everybody's is no list to look at."""

    list_display = ("id", "conversation", "user", "role", "muted_until", "joined_at")
    list_filter = ("role",)
    order = ("conversation_id", "user_id")
    finds = "#id of a conversation, or a person's name begins with"
    list_select_related = ("conversation", "user")
    fields = ("conversation", "user", "role", "muted_until", "history_from", "joined_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Of direct conversations and groups; of none until somebody says of which."""
        rows = super().get_queryset(request).exclude(conversation__kind=Conversation.Kind.PERSONAL)
        of_one = bool(request.resolver_match and request.resolver_match.kwargs)
        return rows if of_one or request.GET.get("q", "").strip() else rows.none()

    def found(self, words: str) -> Q:
        """By where or by who."""
        if words.startswith("#") and id_of(words[1:]):
            return Q(conversation=id_of(words[1:]))
        return Q(user__in=list_beginning(words))
