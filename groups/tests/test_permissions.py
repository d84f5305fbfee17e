"""The operators' tables hold together: every operation is a permission and an act, every role is made of permissions."""

from chat.permissions import ACTS
from groups.models import GovernedGroup
from groups.permissions import (
    CHANGE_REPORTS,
    OPERATIONS,
    REVIEW,
    ROLES,
    SEE_AUDIT,
    SEE_GROUPS,
    SEE_JOBS,
    SEE_REPORTS,
    WORDS,
)


def test_every_operation_is_a_permission_of_groups_and_an_act():
    assert set(OPERATIONS) == {codename for codename, _ in GovernedGroup._meta.permissions}
    assert set(OPERATIONS.values()) <= set(ACTS)


def test_an_auditor_only_sees_and_the_others_see_groups_too():
    assert set(ROLES["auditor"]) == {SEE_GROUPS, SEE_JOBS, SEE_AUDIT, WORDS[0], SEE_REPORTS}
    for role in ("moderator", "group admin"):
        assert SEE_GROUPS in ROLES[role]
        assert SEE_AUDIT not in ROLES[role]
    known = {f"groups.{each}" for each in OPERATIONS}
    assert set(ROLES["group admin"]) == known | {SEE_GROUPS, SEE_JOBS, *WORDS, SEE_REPORTS, CHANGE_REPORTS, REVIEW}
    assert set(ROLES["group admin"]) - set(ROLES["moderator"]) == {
        f"groups.{each}"
        for each in (
            *("archive_group", "set_member_role"),
            *("import_members", "export_members", "dissolve_group", "purge_history"),
        )
    }
