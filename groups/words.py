"""What jobs are called and why one refused a line or a person: for people, in English and Chinese."""

from collections.abc import Mapping

#: Kind -> what it does.
KINDS: Mapping[str, tuple[str, str]] = {
    "import": ("Bring in people by a file", "按文件导入成员"),
    "export": ("Members as a file", "导出成员名单"),
    "roles": ("Give members a role", "批量设置角色"),
    "dissolve": ("Dissolve the group", "解散群组"),
    "purge": ("Purge the history", "清除历史消息"),
    "settle": ("End subscriptions of a channel", "清理频道订阅"),
}

#: Reason -> what people read.
REASONS: Mapping[str, tuple[str, str]] = {
    "not_utf8": ("The line is not UTF-8.", "该行不是 UTF-8 编码。"),
    "malformed": ("The line is no CSV: a quote is not closed.", "该行不是有效的 CSV：引号未闭合。"),
    "nobody": ("The line names nobody.", "该行没有写明人员。"),
    "unknown_person": ("There is no such person.", "查无此人。"),
    "closed": ("The account is closed.", "该账号已停用。"),
    "duplicate": ("The file names this person more than once.", "文件中重复出现此人。"),
    "already_member": ("Is a member already.", "已是群成员。"),
    "banned": ("Is banned from the group.", "已被该群封禁。"),
    "full": ("The group is full.", "群组已满员。"),
    "not_a_member": ("Is not a member.", "不是群成员。"),
    "lower_rank": ("Has a rank that is not below that of who started the job.", "其级别不低于操作者。"),
    "own_role": ("Is who started the job.", "是操作者本人。"),
    "oneself": ("Is the operator himself.", "是管理员本人。"),
    "owner_stays": ("Is the owner.", "是群主。"),
}
