"""Groups in the Django admin, for operators: what is asked is in ``pages``, what can be pressed in ``buttons``."""

from groups.admin.pages import GovernedGroupAdmin

__all__ = ["GovernedGroupAdmin"]
