"""Reads of governance: what members are shown, and what operators are."""

from groups.selectors.governance import (
    BanRow,
    Governance,
    get_governance,
    list_bans,
    list_explanations,
    list_links,
    list_requests,
)
from groups.selectors.operating import Overview, Part, find_groups, get_overview

__all__ = [
    "BanRow",
    "Governance",
    "Overview",
    "Part",
    "find_groups",
    "get_governance",
    "get_overview",
    "list_bans",
    "list_explanations",
    "list_links",
    "list_requests",
]
