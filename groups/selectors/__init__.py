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
from groups.selectors.jobs import file_of, get_job, list_all_jobs, list_jobs, list_refusals
from groups.selectors.operating import Overview, Part, find_groups, get_overview
from groups.selectors.reports import Reported, list_reports
from groups.selectors.spaces import explain_channel, get_access, get_tree, list_spaces

__all__ = [
    "BanRow",
    "Governance",
    "Overview",
    "Part",
    "Reported",
    "explain_channel",
    "file_of",
    "find_groups",
    "get_access",
    "get_governance",
    "get_job",
    "get_overview",
    "get_tree",
    "list_all_jobs",
    "list_bans",
    "list_explanations",
    "list_jobs",
    "list_links",
    "list_refusals",
    "list_reports",
    "list_requests",
    "list_spaces",
]
