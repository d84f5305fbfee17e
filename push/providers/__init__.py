"""Providers: the ways to reach a device. The folder is the registry: a module here with a ``PROVIDER`` is one."""

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType

from push.providers.base import Address, Letter, Notice, Outcome, Provider

__all__ = ["Address", "Letter", "Notice", "Outcome", "Provider", "all_providers", "get"]


@cache
def all_providers() -> MappingProxyType[str, Provider]:
    """Every provider by its name, found once."""
    found: dict[str, Provider] = {}
    for each in pkgutil.iter_modules(__path__):
        provider = getattr(importlib.import_module(f"{__name__}.{each.name}"), "PROVIDER", None)
        if isinstance(provider, Provider):
            found[provider.name] = provider
    return MappingProxyType(found)


def get(name: str) -> Provider | None:
    """The provider of that name, when there is one and it is set up."""
    found = all_providers().get(name)
    return found if found is not None and found.is_ready() else None
