"""Lists of the admin that stay quick at a million rows: pages go on from the last row, nothing is counted, searches are
stretches of indexes.

A page names its one order (each field with an index, none empty) and what a search finds. ``tests/test_admin_lists.py``
counts every list's queries, ``python -m benchmarks admin`` times them at 1,000,000 rows.
"""

import json
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from accounts.selectors import id_of

#: The address's name for where a page begins: the values of the last row before it.
AFTER = "after"


class Some(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Pages of what autocompletion offers: counted up to a thousand."""

    @cached_property
    def count(self) -> int:
        """As far as anybody looks."""
        rows: Any = self.object_list
        return int(rows[:1000].count())


class LongList(ChangeList):
    """Rows after a row. ``older``: the address of the next page, "" at the end."""

    older = ""
    model_admin: "Long"

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Without the place."""
        return {name: value for name, value in super().get_filters_params(params).items() if name != AFTER}

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """A filter begins at the first page."""
        if AFTER not in (new_params or {}):
            remove = [*(remove or ()), AFTER]
        return str(super().get_query_string(new_params, remove))

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        """The page's own; a column that is pressed would be sorted without an index."""
        return list(self.model_admin.order)

    def get_results(self, request: HttpRequest) -> None:
        """One page and one row more, which tells whether there is another page."""
        order, rows = self.model_admin.order, self.queryset
        place = _place(request.GET.get(AFTER, ""), len(order))
        try:
            found = list((rows.filter(_beyond(order, place)) if place else rows)[: self.list_per_page + 1])
        except (TypeError, ValueError, ValidationError, OverflowError):  # values of other fields than these
            found = list(rows[: self.list_per_page + 1])
        self.result_list: Any = found[: self.list_per_page]
        self.result_count = len(self.result_list)
        self.full_result_count = None
        self.show_full_result_count = False
        self.show_admin_actions = True
        self.can_show_all = self.multi_page = False
        self.paginator = self.model_admin.get_paginator(request, rows, self.list_per_page)
        if len(found) > self.list_per_page:
            last = [getattr(found[self.list_per_page - 1], each.lstrip("-")) for each in order]
            self.older = self.get_query_string({AFTER: json.dumps(last, default=str)})


def _place(told: str, length: int) -> list[Any]:
    """What the address says; what makes no sense is the beginning."""
    try:
        place = json.loads(told) if told else []
    except ValueError:
        return []
    fits = isinstance(place, list) and len(place) == length and all(isinstance(each, (int, str)) for each in place)
    return place if fits else []


def _beyond(order: Sequence[str], place: Sequence[Any]) -> Q:
    """After these values in that order; the first comparison by itself is what an index is entered by."""
    beyond, same = Q(), Q()
    for field, value in zip(order, place, strict=True):
        name, way = field.lstrip("-"), "lt" if field.startswith("-") else "gt"
        beyond |= same & Q(**{f"{name}__{way}": value})
        same &= Q(**{name: value})
    first = order[0]
    return beyond & Q(**{f"{first.lstrip('-')}__{'lte' if first.startswith('-') else 'gte'}": place[0]})


class Long(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """A list that may be long."""

    #: Fields that give each row its place, all of them in an index and never empty; the last ones tell equals apart.
    order: ClassVar[tuple[str, ...]] = ("-pk",)
    #: What the box for searching says that one can type; "": there is none.
    finds: ClassVar[str] = ""
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    list_per_page = 50
    paginator = Some

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.ordering = cls.order
        if cls.finds:
            # Not looked into: it only shows the box.
            cls.search_fields = ("pk",)
            cls.search_help_text = cls.finds

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Ours."""
        return LongList

    def found(self, words: str) -> Q:
        """What a search for this means. Bounded: stretches of indexes, and ids."""
        return Q(pk=id_of(words))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By ``found``."""
        words = search_term.replace("\x00", "").strip()[:200]
        return (queryset.filter(self.found(words)) if words else queryset), False


def choice(name: str, label: str, options: Sequence[tuple[str, str]]) -> type[admin.SimpleListFilter]:
    """A filter by a field whose values are known: Django's would read every row for those that occur."""

    class Choice(admin.SimpleListFilter):
        title = label
        parameter_name = name

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            return list(options)

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{name: self.value()}) if self.value() else queryset

    return Choice
