"""The operators' roles as rows: made and kept as ``groups.permissions`` says, after each migration."""

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q

from groups.permissions import ROLES


def make_roles(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Every role with exactly its permissions; who bears one keeps it. The receiver of ``post_migrate``."""
    for name, wanted in ROLES.items():
        role, _ = Group.objects.using(using).get_or_create(name=name)
        among = Q()
        for room, codename in (each.split(".") for each in wanted):
            among |= Q(content_type__app_label=room, codename=codename)
        role.permissions.set(Permission.objects.using(using).filter(among))
