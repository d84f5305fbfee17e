"""What the server-made pages say, in each language. A missing word is a type error, not a hole in a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence of the pages. ``{}`` takes a number or a name."""

    lang: str
    product: str
    tagline: str
    sign_in: str
    sign_in_title: str
    username: str
    password: str
    wrong: str
    too_many_seconds: str
    too_many_minutes: str
    busy: str
    error: str
    language: str
    signed_in_as: str
    not_staff: str
    sign_out: str
    sign_out_question: str
    back: str
    forgotten: str
    letters: str
    letters_question: str
    letters_end: str
    letters_ended: str
    letters_wrong: str


ENGLISH = Words(
    lang="en",
    product="Parley",
    tagline="Messages for the whole company",
    sign_in="Sign in",
    sign_in_title="Sign in to Parley",
    username="User name",
    password="Password",  # noqa: S106 - a label
    wrong="The user name or the password is wrong.",
    too_many_seconds="Too many attempts. Wait {} s, then try again.",
    too_many_minutes="Too many attempts. Wait {} min, then try again.",
    busy="Too many people are signing in at once. Try again in a moment.",
    error="Error",
    language="Language",
    signed_in_as="You are signed in as {}.",
    not_staff="This account may not open the administration. Sign in with one that may.",
    sign_out="Sign out",
    sign_out_question="Sign out of Parley on this device?",
    back="Back to messages",
    forgotten="Forgot the password? Ask your administrator for a new one.",
    letters="Letters",
    letters_question="Receive no more of these letters?",
    letters_end="No more of these letters",
    letters_ended="You will receive no more of these letters. The settings can bring them back.",
    letters_wrong="This address ends no letters. It may be incomplete.",
)

CHINESE = Words(
    lang="zh-Hans",
    product="Parley",
    tagline="全公司的即时消息",
    sign_in="登录",
    sign_in_title="登录 Parley",
    username="用户名",
    password="密码",  # noqa: S106 - a label
    wrong="用户名或密码不正确。",
    too_many_seconds="尝试次数过多，请在 {} 秒后重试。",
    too_many_minutes="尝试次数过多，请在 {} 分钟后重试。",
    busy="当前登录人数过多，请稍后再试。",
    error="错误",
    language="语言",
    signed_in_as="当前登录账号：{}。",
    not_staff="此账号无权进入管理后台，请换用有权限的账号登录。",
    sign_out="退出登录",
    sign_out_question="要在此设备上退出 Parley 吗？",
    back="返回消息",
    forgotten="忘记密码？请联系管理员重置。",
    letters="邮件通知",
    letters_question="不再接收此类邮件？",
    letters_end="不再接收此类邮件",
    letters_ended="你将不再收到此类邮件，可在设置中重新开启。",
    letters_wrong="此链接无效，可能不完整。",
)


def words_for(language: str | None) -> Words:
    """The words of Django's language code ("zh-hans"), English for any other."""
    return CHINESE if (language or "").lower().startswith("zh") else ENGLISH


def pause(words: Words, seconds: float) -> str:
    """How long to wait, in seconds up to two minutes."""
    if seconds <= 120:
        return words.too_many_seconds.format(max(1, round(seconds)))
    return words.too_many_minutes.format(round(seconds / 60 + 0.5))
