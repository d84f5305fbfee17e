"""What the consent pages say, in each language. A missing word is a type error, not a hole in a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Every sentence. ``{}`` takes the app's name."""

    lang: str
    asks: str
    as_whom: str
    private: str
    further: str
    goes_to: str
    made_by: str
    allow: str
    deny: str
    ends: str
    failed: str
    not_for_you: str
    device_title: str
    device_code: str
    device_go_on: str
    device_warning: str
    device_wrong: str
    device_allowed: str
    device_denied: str
    close: str


ENGLISH = Words(
    lang="en",
    asks="{} asks for access",
    as_whom="You are signed in as",
    private="It could read what people write, or write in your name:",
    further="It could also:",
    goes_to="Afterwards you are taken to",
    made_by="Made by",
    allow="Allow",
    deny="Do not allow",
    ends="You end this at any time in the list of your devices.",
    failed="This cannot go on",
    not_for_you="This app is not available to you. Ask your administrator.",
    device_title="Connect a device",
    device_code="Code that the device shows",
    device_go_on="Go on",
    device_warning="Allow it only if you see this code on a device in front of you:",
    device_wrong="There is no such code, or its time is over.",
    device_allowed="The device is connected",
    device_denied="The device was not let in",
    close="You can close this page.",
)
CHINESE = Words(
    lang="zh-Hans",
    asks="{} 请求访问权限",
    as_whom="当前登录账号",
    private="该应用将可以读取消息内容，或以您的名义发送：",
    further="该应用还可以：",
    goes_to="授权后将跳转至",
    made_by="开发者",
    allow="允许",
    deny="不允许",
    ends="您可以随时在设备列表中取消授权。",
    failed="无法继续",
    not_for_you="您无法使用此应用，请联系管理员。",
    device_title="连接设备",
    device_code="设备上显示的验证码",
    device_go_on="继续",
    device_warning="仅当您面前的设备显示此验证码时才允许：",
    device_wrong="验证码不存在或已过期。",
    device_allowed="设备已连接",
    device_denied="已拒绝该设备",
    close="您可以关闭此页面。",
)


def words_for(language: str | None) -> Words:
    """The words of a language tag, English for others."""
    return CHINESE if (language or "").startswith("zh") else ENGLISH
