"""The admin pages of people, departments, devices and tokens. Every change goes through a service."""

from ipaddress import ip_address
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminPasswordChangeForm
from django.contrib.auth import admin as admin_of_groups  # noqa: F401
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import Group
from django.contrib.auth.views import PasswordChangeView
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts import authentication
from accounts.actor import Actor
from accounts.listing import Long
from accounts.models import Department, Device, Token, User
from accounts.selectors import id_of, list_beginning
from accounts.services import departments, devices, tokens, users
from accounts.titles import beginning
from protocol import errors

# Django's groups are the operators' roles: the rooms make them with a migration, and they are given on a person's page. A
# page to change what a role may would be a second way to say it.
# ``admin_of_groups`` is imported to be sure that it is registered: accounts stands before Django's auth in INSTALLED_APPS.
if admin.site.is_registered(Group):
    admin.site.unregister(Group)
admin.site.site_header = admin.site.site_title = "Parley"


class PasswordChange(PasswordChangeView):
    """One's own password, through the service: every other device is signed out, this one goes on."""

    form_class = AdminPasswordChangeForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Change it; the session gets a new key and the new password's mark."""
        actor = actor_of(self.request)
        users.set_password(actor=actor, user=form.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(self.request, form.user)
        devices.keep_session(actor=actor, session_key=self.request.session.session_key or "")
        return HttpResponseRedirect(self.get_success_url())


def _password_change(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    context = {**admin.site.each_context(request), **(extra_context or {})}
    page = PasswordChange.as_view(success_url=reverse("admin:password_change_done"), extra_context=context)
    return page(request)


# Django's own would save the form, past the service.
admin.site.password_change = _password_change  # type: ignore[assignment]


def _may_enter(request: HttpRequest) -> bool:
    return authentication.may_enter_admin(request.user)


# Django's own lets staff in alone; an auditor who had to be staff could administer at the HTTP door.
admin.site.has_permission = _may_enter  # type: ignore[method-assign]


def actor_of(request: HttpRequest) -> Actor:
    """Who uses the admin."""
    return authentication.actor_from_session(request.session, ip=authentication.ip_of(request))


def may_operate(page: Any, request: HttpRequest) -> bool:
    """Whether the person has the permission to change rows of ``page``, which nobody does by hand: only by actions."""
    return request.user.has_perm(f"{page.opts.app_label}.change_{page.opts.model_name}")


class UserForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person's fields; the password is only ever written. What a service refuses is shown at the form."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to keep the present one. Setting one signs the person's devices out.",
    )

    class Meta:
        model = User
        fields = (
            "username", "name", "other_name", "email", "kind", "title", "department", "locale",
            "is_staff", "is_superuser", "groups",
        )  # fmt: skip
        labels: ClassVar = {"groups": "operator roles"}
        help_texts: ClassVar = {"groups": "What the person may see and do in the admin without being staff."}
        widgets: ClassVar = {"groups": forms.CheckboxSelectMultiple}

    def clean_new_password(self) -> str:
        """The validators' sentences, at the field."""
        password: str = self.cleaned_data["new_password"]
        if password:
            try:
                users.check_password(password, self.instance)
            except errors.BadRequest as problem:
                raise forms.ValidationError(problem.message) from None
        return password


@admin.register(User)
class UserAdmin(Long):
    """People and bots. Nobody is deleted: accounts are closed."""

    form = UserForm
    list_display = ("username", "name", "other_name", "kind", "title", "department", "is_staff", "is_active")
    list_filter = ("is_active", "kind", "is_staff")
    list_select_related = ("department",)
    order = ("username",)
    finds = "Name, user name or address begins with, or id"
    autocomplete_fields = ("department",)
    readonly_fields = ("created_at", "last_login", "is_active", "deactivated_at")
    actions = ("deactivate", "reactivate")

    def found(self, words: str) -> Q:
        """People."""
        return Q(pk__in=list_beginning(words))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: what a person said stays signed by somebody."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Through the services; a password only when one was typed."""
        actor, password = actor_of(request), form.cleaned_data["new_password"]
        if change:
            users.update(
                actor=actor,
                user=obj,
                changes={name: getattr(obj, name) for name in form.changed_data if name in users.CHANGEABLE},
            )
        else:
            fields = {name: getattr(obj, name) for name in users.CHANGEABLE - {"username", "name"}}
            made = users.create(actor=actor, username=obj.username, name=obj.name, **fields)
            obj.pk, obj.password = made.pk, made.password
            obj._state.adding = False
        if password:
            users.set_password(actor=actor, user=obj, password=password)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The operators' roles, through the service too."""
        if "groups" in form.changed_data:
            roles = [each.name for each in form.cleaned_data["groups"]]
            users.set_roles(actor=actor_of(request), user=form.instance, roles=roles)

    @admin.action(description="Deactivate: close the account and sign it out everywhere", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Close the chosen accounts."""
        actor, done = actor_of(request), 0
        for user in queryset:
            try:
                users.deactivate(actor=actor, user=user)
            except errors.Forbidden as problem:
                self.message_user(request, f"{user}: {problem.message}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, f"{done} accounts closed.")

    @admin.action(description="Reactivate: open the account again", permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Open the chosen accounts."""
        actor = actor_of(request)
        for user in queryset:
            users.reactivate(actor=actor, user=user)
        self.message_user(request, f"{len(queryset)} accounts open.")


class DepartmentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A department; a circle is refused here, at its field."""

    class Meta:
        model = Department
        fields = ("name", "other_name", "parent")

    def clean_parent(self) -> Department | None:
        """The rule is the service's."""
        parent: Department | None = self.cleaned_data["parent"]
        if self.instance.pk is not None and departments.is_below(parent, self.instance):
            raise forms.ValidationError("A department cannot be below itself.")
        return parent


@admin.register(Department)
class DepartmentAdmin(Long):
    """The company's tree."""

    form = DepartmentForm
    list_display = ("name", "other_name", "parent")
    list_select_related = ("parent",)
    order = ("name", "pk")
    finds = "Name begins with, or id"
    autocomplete_fields = ("parent",)

    def found(self, words: str) -> Q:
        """By its name in either script."""
        rows = Department.objects.all()
        ways = [beginning(rows, way, words).values_list("pk", flat=True)[:100] for way in ("name", "other_name")]
        return Q(pk__in=[id_of(words), *(pk for way in ways for pk in way)])

    def has_delete_permission(self, request: HttpRequest, obj: Department | None = None) -> bool:
        """One at a time and only when nobody is in it, by the action."""
        return False

    actions = ("remove",)

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        """Through the services."""
        actor = actor_of(request)
        fields: dict[str, Any] = {"name": obj.name, "other_name": obj.other_name, "parent": obj.parent}
        if change:
            departments.update(actor=actor, department=obj, **fields)
        else:
            obj.pk = departments.create(actor=actor, **fields).pk
            obj._state.adding = False

    @admin.action(description="Remove empty departments", permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Department]) -> None:
        """Remove the chosen departments that have nobody in them."""
        actor = actor_of(request)
        for department in queryset:
            try:
                departments.remove(actor=actor, department=department)
            except errors.Conflict as problem:
                self.message_user(request, f"{department}: {problem.message}", messages.ERROR)


class Served(Long):
    """A page whose form is saved by a service: what that refuses is said above the form. Its rows may be many."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django's page, with the service's sentence in place of an error."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except errors.ParleyError as problem:
            self.message_user(request, problem.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class _ReadOnly:
    """Rows that appear by signing in and end by an action."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only through the actions."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Press the actions: not for who may only look."""
        return may_operate(self, request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Signed out, not deleted."""
        return False


@admin.register(Device)
class DeviceAdmin(_ReadOnly, Long):
    """Where people are signed in."""

    list_display = ("name", "user", "platform", "last_seen_at", "last_ip", "created_at", "revoked_at")
    list_filter = ("platform", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    order = ("-last_seen_at", "-pk")
    finds = "Person's name begins with, address, or id"
    fields = ("user", "name", "platform", "last_ip", "created_at", "last_seen_at", "revoked_at")
    actions = ("sign_out",)

    def found(self, words: str) -> Q:
        """By whose it is or where it was."""
        try:
            return Q(last_ip=str(ip_address(words)))
        except ValueError:
            return Q(user__in=list_beginning(words)) | Q(pk=id_of(words))

    @admin.action(description="Sign out device: its tokens, session and live sockets", permissions=["operate"])
    def sign_out(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        """Sign the chosen devices out."""
        actor = actor_of(request)
        for device in queryset:
            devices.revoke(actor=actor, device_id=device.pk)
        self.message_user(request, f"{len(queryset)} devices signed out.")


@admin.register(Token)
class TokenAdmin(_ReadOnly, Long):
    """Bearer tokens, known by their first characters; the token itself and its hash are not shown."""

    list_display = ("__str__", "device", "owner", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("device__user",)
    finds = "First characters in full, person's name begins with, or id"
    fields = ("hint", "device", "created_at", "last_used_at", "expires_at", "revoked_at")
    actions = ("revoke",)

    def found(self, words: str) -> Q:
        """By what it begins with or whose it is."""
        seats = Device.objects.filter(user__in=list_beginning(words)).values_list("pk", flat=True)[:500]
        return Q(hint=words) | Q(device__in=list(seats)) | Q(pk=id_of(words))

    @admin.display(description="person")
    def owner(self, token: Token) -> str:
        """Whose token."""
        return str(token.device.user)

    @admin.action(description="Revoke", permissions=["operate"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Token]) -> None:
        """Revoke the chosen tokens."""
        actor = actor_of(request)
        for token in queryset:
            tokens.revoke(actor=actor, token_id=token.pk)
        self.message_user(request, f"{len(queryset)} tokens revoked.")
