"""Word lists in the Django admin: terms typed or brought in a text file; saving, switching and removing call a service."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from accounts.admin import Served, actor_of
from accounts.selectors import id_of
from chat.participation import WordList
from groups.services import wordlists
from protocol.errors import ParleyError


class WordListForm(forms.ModelForm):  # type: ignore[type-arg]
    """A list. What the service would refuse of its words is said at the field."""

    file = forms.FileField(
        required=False, label="add from a file", help_text="Text, one term a line; # begins a comment."
    )

    class Meta:
        model = WordList
        fields = ("name", "action", "enabled", "conversation", "terms")
        labels: ClassVar = {"conversation": "group (id)"}
        help_texts: ClassVar = {
            "action": "block: refused; mask: stored with signs in place of the letters; flag: stored, and shown to moderators.",
            "conversation": "Empty: for the whole server.",
            "terms": "One a line, however spelt: case, width and invisible characters do not count.",
        }

    def clean(self) -> dict[str, Any]:
        """The words typed and those of the file, as they will be kept."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file = given.get("file")
        try:
            more = wordlists.read_file(file.read()) if file else ""
            given["terms"] = "\n".join(wordlists.tidy(f"{given.get('terms', '')}\n{more}"))
        except ParleyError as problem:
            self.add_error("file" if file else "terms", problem.message)
        return given


@admin.register(WordList)
class WordListAdmin(Served):
    """Which words are blocked, masked or flagged, and where."""

    form = WordListForm
    list_display = ("name", "action", "enabled", "conversation", "term_count", "changed_at")
    list_filter = ("action", "enabled")
    list_select_related = ("conversation",)
    order = ("name", "pk")
    finds = "Name begins with, or group (id)"
    raw_id_fields = ("conversation",)
    actions = ("enable", "disable")

    def found(self, words: str) -> Q:
        """By its name, or where it holds."""
        return Q(name__istartswith=words) | Q(conversation=id_of(words))

    def get_queryset(self, request: HttpRequest) -> QuerySet[WordList]:
        """Lists of words without the words, which only the page of one shows."""
        rows: QuerySet[WordList] = super().get_queryset(request)
        return rows.defer("terms") if request.resolver_match and not request.resolver_match.kwargs else rows

    def get_readonly_fields(self, request: HttpRequest, obj: WordList | None = None) -> tuple[str, ...]:
        """Where a list holds is said when it is made."""
        return ("conversation",) if obj else ()

    def save_model(self, request: HttpRequest, obj: WordList, form: Any, change: bool) -> None:
        """Through the service."""
        scope = obj.conversation_id or 0
        wish = wordlists.Wish(obj.name, obj.action, form.cleaned_data["terms"], scope, enabled=obj.enabled)
        obj.pk = wordlists.put(actor=actor_of(request).as_operator("words"), wish=wish, word_list=obj.pk or 0).pk
        obj._state.adding = False

    def delete_model(self, request: HttpRequest, obj: WordList) -> None:
        """Through the service."""
        wordlists.remove(actor=actor_of(request).as_operator("words"), word_list=obj.pk)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[WordList]) -> None:
        """Through the service, one by one."""
        for each in list(queryset):
            self.delete_model(request, each)

    @admin.action(description="Put in force", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[WordList]) -> None:
        """Put the chosen lists in force."""
        self._switch(request, queryset, on=True)

    @admin.action(description="Put out of force", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[WordList]) -> None:
        """Put the chosen lists out of force."""
        self._switch(request, queryset, on=False)

    def _switch(self, request: HttpRequest, queryset: QuerySet[WordList], *, on: bool) -> None:
        for each in queryset:
            try:
                wordlists.switch(actor=actor_of(request).as_operator("words"), word_list=each.pk, on=on)
            except ParleyError as problem:
                self.message_user(request, f"{each}: {problem.message}", messages.ERROR)
