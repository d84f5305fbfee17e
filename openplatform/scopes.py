"""Every scope there is, once: what an app may be allowed, and the sentence that whoever allows it reads.

Operations of the HTTP door, frames of the socket door and OAuth's consent page name them. Who may ask for which is
``policy``'s; what a scope reaches is limited by what its bearer may do anyway: a scope never gives more than that.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """One permission. ``bot``: a bot may have it; ``user``: somebody may give it for himself. ``private``: it reads
    what people wrote, or writes in their name, so the consent page sets it apart.
    """

    name: str
    english: str
    chinese: str
    bot: bool = True
    user: bool = True
    private: bool = False


_ALL = (
    Scope("openid", "Know that it is you, by an id", "确认您的身份（用户编号）", bot=False),
    Scope("profile", "See your name, user name, language and picture", "查看您的姓名、用户名、语言和头像", bot=False),
    Scope("email", "See your email address", "查看您的邮箱地址", bot=False),
    Scope("users:read", "See the company's directory", "查看公司通讯录"),
    Scope("presence:read", "See who is there", "查看成员在线状态"),
    Scope("conversations:read", "See conversations, their members, last messages", "查看会话、成员和最近消息", private=True),
    Scope("conversations:write", "Open conversations and change their title and picture", "创建会话、修改名称和头像"),
    Scope("members:write", "Bring people into groups, take them out, change their roles", "管理群成员及其角色"),
    Scope("messages:read", "Read messages", "读取消息", private=True),
    Scope("messages:write", "Send, edit and recall messages and cards", "发送、编辑和撤回消息与卡片", private=True),
    Scope("reactions:write", "React to messages", "对消息添加表情回应"),
    Scope("pins:write", "Pin messages", "置顶消息"),
    Scope("files:read", "Read files", "读取文件", private=True),
    Scope("files:write", "Upload files", "上传文件"),
    Scope("search:read", "Search messages", "搜索消息", private=True),
    Scope("receipts:write", "Mark messages as read", "将消息标为已读"),
    Scope("commands:use", "Use slash commands and buttons on cards", "使用斜杠命令和卡片按钮"),
    Scope("personal:read", "Read your drafts, saved messages, settings", "读取您的草稿、收藏和设置", bot=False, private=True),
    Scope("personal:write", "Change your drafts, saved messages and settings", "修改您的草稿、收藏和设置", bot=False),
    Scope("socket:connect", "Receive all that you receive, as it comes", "实时接收您收到的一切", private=True),
    Scope("events:read", "Be told of events in its conversations", "接收其所在会话的事件", user=False, private=True),
    Scope("commands:register", "Offer slash commands", "提供斜杠命令", user=False),
)  # fmt: skip

SCOPES: dict[str, Scope] = {each.name: each for each in _ALL}


def find_unknown(names: Iterable[str]) -> list[str]:
    """Those among ``names`` that are no scope."""
    return sorted(set(names) - SCOPES.keys())


def for_bot(names: Iterable[str]) -> list[str]:
    """Those among ``names`` that a bot may have, sorted."""
    return sorted(each for each in set(names) if each in SCOPES and SCOPES[each].bot)


def for_user(names: Iterable[str]) -> list[str]:
    """Those among ``names`` that somebody may give an app for himself, sorted."""
    return sorted(each for each in set(names) if each in SCOPES and SCOPES[each].user)
