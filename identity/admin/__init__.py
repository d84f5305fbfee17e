"""Identity in the Django admin: one file for each noun."""

from identity.admin.directories import DirectoryAdmin, DirectoryTokenAdmin
from identity.admin.factors import FactorAdmin, FactorRuleAdmin
from identity.admin.providers import LinkAdmin, ProviderAdmin

__all__ = ["DirectoryAdmin", "DirectoryTokenAdmin", "FactorAdmin", "FactorRuleAdmin", "LinkAdmin", "ProviderAdmin"]
