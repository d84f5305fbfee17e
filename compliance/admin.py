"""Retention rules and legal holds in the Django admin: saving, ending and removing call a service, and are recorded."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.admin import Served, actor_of, may_operate
from accounts.selectors import id_of, list_beginning
from compliance import policy
from compliance.models import LegalHold, RetentionRule
from compliance.services import holds, retention
from protocol.errors import ParleyError


@admin.register(RetentionRule)
class RetentionRuleAdmin(Served):
    """After how many days messages go."""

    list_display = ("__str__", "conversation", "days", "at")
    list_select_related = ("conversation",)
    order = ("pk",)
    finds = "Conversation (id)"
    fields = ("conversation", "days")
    raw_id_fields = ("conversation",)

    def found(self, words: str) -> Q:
        """By where it holds."""
        return Q(conversation=id_of(words))

    def get_readonly_fields(self, request: HttpRequest, obj: RetentionRule | None = None) -> tuple[str, ...]:
        """Where a rule holds is said when it is made."""
        return ("conversation",) if obj else ()

    def save_model(self, request: HttpRequest, obj: RetentionRule, form: Any, change: bool) -> None:
        """Through the service."""
        obj.pk = retention.set_rule(
            actor=actor_of(request).as_operator(policy.ACT), days=obj.days, conversation=obj.conversation_id or 0
        ).pk
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: RetentionRule) -> None:
        """Through the service."""
        retention.remove_rule(actor=actor_of(request).as_operator(policy.ACT), rule=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RetentionRule]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)


class HoldForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new hold: upon a person or upon a conversation."""

    class Meta:
        model = LegalHold
        fields = ("user", "conversation", "reason")


@admin.register(LegalHold)
class LegalHoldAdmin(Served):
    """Of whom and of what nothing may go. A hold is never changed or deleted: it is released, with a reason."""

    form = HoldForm
    list_display = ("id", "__str__", "reason", "by", "at", "released_by", "released_at")
    list_filter = (("released_at", admin.EmptyFieldListFilter),)
    finds = "Person's name begins with, or conversation (id)"
    raw_id_fields = ("user", "conversation")
    actions = ("release",)

    def found(self, words: str) -> Q:
        """By upon whom or what it lies."""
        return Q(user__in=list_beginning(words)) | Q(conversation=id_of(words))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only released."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the action: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def save_model(self, request: HttpRequest, obj: LegalHold, form: Any, change: bool) -> None:
        """Through the service."""
        made = holds.place(
            actor=actor_of(request).as_operator(policy.ACT),
            reason=obj.reason,
            user=obj.user_id or 0,
            conversation=obj.conversation_id or 0,
        )
        obj.pk, obj.at = made.pk, made.at
        obj._state.adding = False

    @admin.action(description="Release: retention may take it again", permissions=["operate"])
    def release(self, request: HttpRequest, queryset: QuerySet[LegalHold]) -> None:
        """Release the chosen ones."""
        for each in queryset:
            try:
                holds.release(
                    actor=actor_of(request).as_operator(policy.ACT), hold=each.pk, reason="released in the admin"
                )
            except ParleyError as problem:
                self.message_user(request, f"{each}: {problem.message}", messages.ERROR)
