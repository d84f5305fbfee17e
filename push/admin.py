"""Deliveries in the Django admin: to whom, through what, why, and what came of it. Never what was said."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.admin import actor_of, may_operate
from accounts.listing import Long, choice
from accounts.selectors import id_of, list_beginning
from push import words
from push.models import Mail, PushDelivery
from push.providers import all_providers
from push.services import ledger, probing

#: Of a plot in the admin, in its own units: height, and the width of an hour.
HEIGHT, WIDTH = 60, 12


def plot_of(provider: str, bars: Sequence[probing.Bar]) -> dict[str, Any]:
    """Stacked bars for a template: what was shown below, what failed above it."""
    most = max((each.sent + each.failed for each in bars), default=0) or 1
    sent, failed = sum(each.sent for each in bars), sum(each.failed for each in bars)
    columns = []
    for place, each in enumerate(bars):
        low, high = round(HEIGHT * each.sent / most), round(HEIGHT * each.failed / most)
        columns.append(
            {"x": place * WIDTH, "bar": each, "low": low, "high": high, "y": HEIGHT - low, "top": HEIGHT - low - high}
        )
    share = round(100 * sent / (sent + failed), 1) if sent + failed else None
    skipped = sum(each.skipped for each in bars)
    width = WIDTH * len(bars)
    return {
        "provider": provider, "columns": columns, "sent": sent, "failed": failed, "skipped": skipped, "share": share,
        "width": width, "height": HEIGHT, "bar": WIDTH - 2,
    }  # fmt: skip


class Ledger(Long):
    """Rows that jobs write: looked at, and acted on by actions alone."""

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
        """Nobody deletes: the ledger forgets by itself."""
        return False


@admin.register(PushDelivery)
class PushDeliveryAdmin(Ledger):
    """The ledger: dead letters are those with the state dead."""

    list_display = ("id", "created_at", "user", "device", "provider", "place", "state", "reason", "attempts", "answer")
    list_filter = (
        "state",
        choice("provider", "provider", [(each, each) for each in sorted(all_providers())]),
        choice("reason", "reason", [(each, each) for each in sorted(words.REASONS)]),
    )
    list_select_related = ("user", "device")
    finds = "Person's name begins with, or #id of a conversation"
    fields = (
        "user", "device", "provider", "place", "state", "explanation", "attempts", "answer",
        "created_at", "next_at", "handed_at", "done_at",
    )  # fmt: skip
    readonly_fields = fields
    actions = ("resume", "give_up")

    def found(self, words: str) -> Q:
        """By for whom or of where."""
        if words.startswith("#") and id_of(words[1:]):
            return Q(conversation=id_of(words[1:]))
        return Q(user__in=list_beginning(words))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The ledger below what it amounts to: providers by the hour, and whether each queue's workers run."""
        told = {"pulses": probing.look(), "plots": [plot_of(*each) for each in probing.tally().items()]}
        return super().changelist_view(request, {**(extra_context or {}), **told})

    @admin.display(description="message")
    def place(self, row: PushDelivery) -> str:
        """Conversation and seq."""
        return f"{row.conversation_id}:{row.seq}"

    @admin.display(description="reason")
    def explanation(self, row: PushDelivery) -> str:
        """The sentence."""
        return words.explain(row.reason)

    @admin.action(description="Try dead deliveries again", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[PushDelivery]) -> None:
        """The chosen ones, those that are dead."""
        count = ledger.resume(actor=actor_of(request), ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"{count} deliveries are tried again.")

    @admin.action(description="Give waiting deliveries up: make them dead letters", permissions=["operate"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[PushDelivery]) -> None:
        """The chosen ones, those that are waiting."""
        count = ledger.give_up(actor=actor_of(request), ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"{count} deliveries were given up.")


@admin.register(Mail)
class MailAdmin(Ledger):
    """Letters: to whom and when, never what they tell."""

    list_display = ("id", "created_at", "user", "kind", "state", "reason", "attempts", "next_at", "answer")
    list_filter = ("state", "kind")
    list_select_related = ("user",)
    finds = "Person's name begins with"
    fields = ("user", "kind", "state", "explanation", "since", "attempts", "answer", "created_at", "next_at", "done_at")
    readonly_fields = fields
    actions = ("resume",)

    def found(self, words: str) -> Q:
        """By to whom."""
        return Q(user__in=list_beginning(words))

    @admin.display(description="reason")
    def explanation(self, row: Mail) -> str:
        """The sentence."""
        return words.explain(row.reason)

    @admin.action(description="Write dead letters again", permissions=["operate"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Mail]) -> None:
        """The chosen ones, those that are dead and that no newer one follows."""
        count = ledger.resume_letters(actor=actor_of(request), ids=list(queryset.values_list("pk", flat=True)))
        self.message_user(request, f"{count} letters are written again.")
