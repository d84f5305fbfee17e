"""Directories in the Django admin: saved and removed, tokens made (shown once) and revoked."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.admin import Served, actor_of, may_operate
from accounts.listing import Long
from identity.models import Directory, DirectoryToken
from identity.services import directories


@admin.register(Directory)
class DirectoryAdmin(Served):
    """Who keeps accounts here by SCIM."""

    list_display = ("name", "departments", "adopts", "created_at")
    fields = ("name", "departments", "adopts")
    order = ("name",)
    actions = ("issue_token",)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the action: not for who may only look."""
        return may_operate(self, request)

    def save_model(self, request: HttpRequest, obj: Directory, form: Any, change: bool) -> None:
        """Through the service."""
        obj.pk = directories.put(
            actor=actor_of(request),
            name=obj.name,
            departments=obj.departments,
            adopts=obj.adopts,
            directory=obj.pk or 0,
        ).pk
        obj._state.adding = False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its tokens go with it, which nobody may delete by themselves."""
        found, counts, _, protected = super().get_deleted_objects(objs, request)
        return found, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: Directory) -> None:
        """Through the service."""
        directories.remove(actor=actor_of(request), directory=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Directory]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)

    @admin.action(description="Make a token: it is shown this once", permissions=["operate"])
    def issue_token(self, request: HttpRequest, queryset: QuerySet[Directory]) -> None:
        """One for each of the chosen."""
        for each in queryset:
            raw = directories.issue_token(actor=actor_of(request), directory=each.pk)
            where = request.build_absolute_uri("/scim/v2")
            self.message_user(request, f"{each}: the address is {where}, the token {raw}", messages.WARNING)


@admin.register(DirectoryToken)
class DirectoryTokenAdmin(Long):
    """Tokens, known by their first characters; the token itself and its hash are not shown."""

    list_display = ("__str__", "directory", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("directory",)
    fields = ("hint", "directory", "created_at", "last_used_at", "revoked_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """By the directory's action."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only revoked."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only revoked."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the action: not for who may only look."""
        return may_operate(self, request)

    @admin.action(description="Revoke", permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[DirectoryToken]) -> None:
        """Let the directories in by these no more."""
        for token in queryset:
            directories.revoke_token(actor=actor_of(request), token=token.pk)
