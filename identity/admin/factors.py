"""Second factors in the Django admin: who has which, taking a lost one away, and the rules that demand one."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.admin import Served, actor_of, may_operate
from accounts.listing import Long
from accounts.models import User
from accounts.selectors import list_beginning
from identity.models import Factor, FactorRule
from identity.services import factors, rules


@admin.register(Factor)
class FactorAdmin(Long):
    """Who has which. People set them up themselves; here a lost one is taken away."""

    list_display = ("user", "kind", "name", "confirmed_at", "last_used_at")
    list_filter = ("kind", ("confirmed_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    finds = "Person's name begins with"
    fields = ("user", "kind", "name", "created_at", "confirmed_at", "last_used_at")
    actions = ("reset",)

    def found(self, words: str) -> Q:
        """By whose it is."""
        return Q(user__in=list_beginning(words))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the person alone."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only through the action."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only through the action, which is recorded."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the action: not for who may only look."""
        return may_operate(self, request)

    @admin.action(description="Lost: take all second factors of these people away", permissions=["operate"])
    def reset(self, request: HttpRequest, queryset: QuerySet[Factor]) -> None:
        """The chosen people sign in with the first factor alone, and set up another where a rule demands it."""
        people = User.objects.filter(factors__in=queryset).distinct()
        for user in people:
            factors.reset(actor=actor_of(request), user=user)
        self.message_user(request, f"{len(people)} people have no second factor now.")


@admin.register(FactorRule)
class FactorRuleAdmin(Served):
    """Who must have a second factor."""

    list_display = ("__str__", "grace_days", "made_at")
    list_select_related = ("department",)
    fields = ("scope", "department", "grace_days")
    autocomplete_fields = ("department",)
    order = ("pk",)

    def get_readonly_fields(self, request: HttpRequest, obj: FactorRule | None = None) -> tuple[str, ...]:
        """Whom it binds is said when it is made."""
        return ("scope", "department") if obj else ()

    def save_model(self, request: HttpRequest, obj: FactorRule, form: Any, change: bool) -> None:
        """Through the service."""
        obj.pk = rules.put(
            actor=actor_of(request), scope=obj.scope, department=obj.department, grace_days=obj.grace_days
        ).pk
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: FactorRule) -> None:
        """Through the service."""
        rules.remove(actor=actor_of(request), rule=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[FactorRule]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)
