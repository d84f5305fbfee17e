"""What operators may do to every group from outside, and the roles that may: one table each. docs/operations.md

Each operation is a permission of ``GovernedGroup`` and allows one act of ``chat.permissions``, so that a button can do
what it says and nothing else.
"""

from collections.abc import Mapping

#: Operation (the permission's codename in this room) -> the act that it allows.
OPERATIONS: Mapping[str, str] = {
    "archive_group": "archive",
    "mute_all": "rules",
    "mute_member": "mute",
    "remove_member": "remove",
    "ban_member": "ban",
    "set_member_role": "set_role",
    "revoke_link": "links",
    "answer_request": "approve",
    "import_members": "invite",
    "export_members": "export",
    "dissolve_group": "dissolve",
    "purge_history": "purge",
}
#: Word lists are a model of their own, with Django's four permissions.
WORDS = ("chat.view_wordlist", "chat.add_wordlist", "chat.change_wordlist", "chat.delete_wordlist")
SEE_GROUPS, SEE_JOBS, SEE_AUDIT = "groups.view_governedgroup", "groups.view_job", "audit.view_auditrecord"
SEE_REPORTS, CHANGE_REPORTS = "groups.view_report", "groups.change_report"
#: Reading a reported message: never without a reason, always recorded.
REVIEW = "groups.review_message"
_MODERATION = (
    SEE_GROUPS, SEE_JOBS, "groups.mute_all", "groups.mute_member", "groups.remove_member", "groups.ban_member",
    "groups.revoke_link", "groups.answer_request", *WORDS,
    SEE_REPORTS, CHANGE_REPORTS, REVIEW,
)  # fmt: skip
#: Role -> its permissions. Only a review, which is recorded with its reason, lets anybody read what is said.
ROLES: Mapping[str, tuple[str, ...]] = {
    "auditor": (SEE_GROUPS, SEE_JOBS, SEE_AUDIT, "chat.view_wordlist", SEE_REPORTS),
    "moderator": _MODERATION,
    "group admin": (
        *_MODERATION,
        "groups.archive_group",
        "groups.set_member_role",
        "groups.import_members",
        "groups.export_members",
        "groups.dissolve_group",
        "groups.purge_history",
    ),
}
