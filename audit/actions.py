"""Every privileged act there is, once: its name in the log and the sentence that an auditor reads.

A service that does a new one adds a line here; a test finds names that no service records and the other way round.
"""

ACTIONS: dict[str, str] = {
    "user.created": "Made an account",
    "user.changed": "Changed an account",
    "user.deactivated": "Closed an account",
    "user.reactivated": "Opened a closed account again",
    "user.password_set": "Set somebody's password",
    "department.created": "Made a department",
    "department.changed": "Changed a department",
    "department.removed": "Removed a department",
    "device.revoked": "Signed a device out",
    "group.changed": "Changed a group's title, description or posting rule",
    "member.added": "Brought people into a group",
    "member.removed": "Took people out of a group",
    "member.role_changed": "Gave a member another role",
    "member.muted": "Muted or unmuted a member",
    "member.banned": "Banned somebody from a group",
    "member.unbanned": "Lifted a ban",
    "member.custom_role_changed": "Gave a member one of the group's own roles, or took it away",
    "group.rules_changed": "Changed how people join, speak and act in a group",
    "group.roles_changed": "Changed a group's own roles",
    "group.archived": "Archived a group, or opened it again",
    "message.removed": "Removed somebody else's message",
    "app.created": "Made an app",
    "app.changed": "Changed an app",
    "app.submitted": "Asked for an app's approval",
    "app.approved": "Approved an app",
    "app.rejected": "Turned an app down",
    "app.suspended": "Suspended an app",
    "app.restored": "Ended an app's suspension",
    "app.secret_rotated": "Gave an app a new secret",
    "app.installed": "Installed an app",
    "app.uninstalled": "Uninstalled an app",
    "app.token_issued": "Gave an app's bot a token",
}
