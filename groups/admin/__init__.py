"""Governance in the Django admin, for operators: groups (``pages``, ``buttons``) and word lists (``words``)."""

from groups.admin.pages import GovernedGroupAdmin
from groups.admin.words import WordListAdmin

__all__ = ["GovernedGroupAdmin", "WordListAdmin"]
