"""Providers in the Django admin, and who is linked to whom. The secret is only ever written."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.admin import Served, actor_of
from accounts.selectors import list_beginning
from identity.models import Link, Provider
from identity.services import providers


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    """A provider's fields; the secret is typed anew or stays."""

    new_secret = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Leave empty to keep the present one. env:NAME takes it from that variable of the environment.",
    )

    class Meta:
        model = Provider
        fields = (
            "kind", "slug", "name", "enabled", "address", "client", "new_secret", "certificates", "mapping",
            "match", "email_domains",
            "creates", "department", "trusts_second_factor",
        )  # fmt: skip
        labels: ClassVar = {
            "address": "issuer",
            "client": "client id",
            "match": "match accounts",
            "creates": "make accounts",
        }


@admin.register(Provider)
class ProviderAdmin(Served):
    """The ways to sign in besides the password."""

    form = ProviderForm
    list_display = ("name", "kind", "slug", "enabled", "match", "creates", "trusts_second_factor")
    autocomplete_fields = ("department",)
    order = ("slug",)

    def get_readonly_fields(self, request: HttpRequest, obj: Provider | None = None) -> tuple[str, ...]:
        """What is written in the provider's own settings."""
        return ("kind", "slug") if obj else ()

    def save_model(self, request: HttpRequest, obj: Provider, form: Any, change: bool) -> None:
        """Through the service."""
        fields = {name: getattr(obj, name) for name in providers.FIELDS}
        wish = providers.Wish(fields=fields, secret=form.cleaned_data["new_secret"])
        obj.pk = providers.put(actor=actor_of(request), wish=wish, provider=obj.pk or 0).pk
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: Provider) -> None:
        """Through the service."""
        providers.remove(actor=actor_of(request), provider=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Provider]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)


@admin.register(Link)
class LinkAdmin(Served):
    """Who is linked; unlinking somebody lets the rules of the provider decide anew."""

    list_display = ("user", "provider", "subject", "created_at", "last_used_at")
    list_select_related = ("user", "provider")
    list_filter = ("provider",)
    finds = "Person's name begins with, or subject in full"
    fields = ("provider", "user", "subject")
    autocomplete_fields = ("user",)

    def found(self, words: str) -> Q:
        """By who it is, here or there."""
        return Q(user__in=list_beginning(words)) | Q(subject=words)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Made and removed."""
        return False

    def save_model(self, request: HttpRequest, obj: Link, form: Any, change: bool) -> None:
        """Through the service."""
        obj.pk = providers.link(actor=actor_of(request), provider=obj.provider, user=obj.user, subject=obj.subject).pk
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: Link) -> None:
        """Through the service."""
        providers.unlink(actor=actor_of(request), link=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Link]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)
