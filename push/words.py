"""What notifications and explanations say, in English and Chinese."""

#: Reason -> what it means to the person whom it concerns.
REASONS: dict[str, tuple[str, str]] = {
    "own": ("You wrote it yourself.", "这是你自己发送的。"),
    "system": ("Notices of the server wake nobody.", "系统通知不会推送。"),
    "recalled": ("It was recalled.", "消息已被撤回。"),
    "closed_account": ("The account is closed.", "账号已停用。"),
    "before_joining": ("It was said before you came.", "消息早于你加入会话。"),
    "read": ("You had read it already.", "你已经读过。"),
    "too_old": ("It was too old to wake you for.", "消息太旧，不再推送。"),
    "do_not_disturb": ("You did not want to be disturbed.", "你开启了免打扰。"),
    "quiet_hours": ("It came in your quiet hours.", "处于你的安静时段。"),
    "silent": ("You silenced the conversation.", "你已将会话静音一段时间。"),
    "muted": ("You want to hear nothing of this conversation.", "你关闭了该会话的通知。"),
    "level_none": ("You want no notifications.", "你关闭了所有通知。"),
    "no_mention": (
        "You want to hear of mentions only, and it has none of you.",
        "你只接收提及通知，而此消息没有提到你。",
    ),
    "ack_awaited": ("One of your devices is live and has a moment to show it.", "你有设备在线，正等待它显示消息。"),
    "online": ("A device that you were using had it.", "你正在使用的设备已收到。"),
    "not_acknowledged": ("A device seemed live and did not confirm it.", "设备看似在线，但没有确认收到。"),
    "urgent": ("It was urgent.", "这是加急消息。"),
    "reminder": ("You wanted to be reminded.", "你设置了提醒。"),
    "mentioned": ("You were mentioned.", "消息提到了你。"),
    "keyword": ("It holds one of your keywords.", "消息包含你的关键词。"),
    "direct": ("It was written to you alone.", "这是发给你的私聊消息。"),
    "all": ("You want to hear of everything in this conversation.", "你接收该会话的全部通知。"),
    "idle": ("You were connected, and away from the keyboard.", "你已连接，但不在设备前。"),
    "newer": ("A newer message of the conversation took its place.", "同一会话中更新的消息取代了它。"),
    "not_a_member": ("You were not in the conversation any more.", "你已不在该会话中。"),
    "no_address": ("The device did not want to be woken any more.", "该设备不再接收推送。"),
    "no_device": ("None of your devices asked to be woken.", "你没有设备开启推送。"),
    "unwanted": ("You want no such letters, or have no address.", "你不接收此类邮件，或没有邮箱地址。"),
    "address_dead": ("Nobody is at your address; letters are switched off.", "邮箱地址无效，邮件通知已关闭。"),
    "resumed": ("Somebody who administers asked to try again.", "管理员要求重试。"),
}

_WORDS: dict[str, tuple[str, str]] = {
    "new_message": ("New message", "新消息"),
    "reminder": ("Reminder", "提醒"),
    "reminded": ("You wanted to see a message again.", "你想再次查看一条消息。"),
    "mentioned_you": ("mentioned you", "提到了你"),
    "missed_subject": ("Unread and meant for you: {}", "有 {} 条发给你的未读消息"),
    "digest_subject": ("Summary: {} unread", "摘要：{} 条未读消息"),
    "more": ("… and {} more", "……还有 {} 条"),
    "open": ("Open Parley", "打开 Parley"),
    "no_answers": ("Answers to this letter reach nobody.", "请勿回复此邮件，回复不会送达任何人。"),
    "unsubscribe": ("No more of these letters", "不再接收此类邮件"),
}


def explain(reason: str, *, chinese: bool = False) -> str:
    """The sentence of a reason."""
    return REASONS.get(reason, (reason, reason))[chinese]


def say(word: str, *, chinese: bool = False) -> str:
    """A word of notifications."""
    return _WORDS[word][chinese]
