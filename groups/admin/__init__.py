"""Governance in the Django admin, for operators: groups, reports, word lists (``words``) and mass operations (``jobs``).

What is asked of a group is in ``pages``, what can be pressed in ``buttons``.
"""

from groups.admin.jobs import JobAdmin
from groups.admin.pages import GovernedGroupAdmin
from groups.admin.reports import ReportAdmin
from groups.admin.words import WordListAdmin

__all__ = ["GovernedGroupAdmin", "JobAdmin", "ReportAdmin", "WordListAdmin"]
