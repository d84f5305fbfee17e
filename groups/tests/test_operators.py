"""The operators' roles are there after a migration, and are again what the table says after the next."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management.sql import emit_post_migrate_signal

from accounts.tests.factories import person
from groups.permissions import ROLES
from groups.services import operators

pytestmark = pytest.mark.django_db


def told() -> dict[str, set[str]]:
    rows = Group.objects.prefetch_related("permissions__content_type")
    return {
        each.name: {f"{row.content_type.app_label}.{row.codename}" for row in each.permissions.all()} for each in rows
    }


def test_the_migration_made_them():
    assert told() == {name: set(wanted) for name, wanted in ROLES.items()}


def test_the_next_migration_puts_them_right_and_takes_nobodys_role():
    bearer = person("audrey")
    auditor = Group.objects.get(name="auditor")
    bearer.groups.add(auditor)
    auditor.permissions.add(Permission.objects.get(codename="ban_member"))
    Group.objects.get(name="moderator").permissions.clear()
    Group.objects.get(name="group admin").delete()
    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
    assert told() == {name: set(wanted) for name, wanted in ROLES.items()}
    assert list(bearer.groups.all()) == [auditor]


def test_a_group_of_permissions_that_is_no_role_is_left_alone():
    other = Group.objects.create(name="cleaners")
    other.permissions.add(Permission.objects.get(codename="view_user"))
    operators.make_roles()
    assert other.permissions.count() == 1
