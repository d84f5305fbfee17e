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
    second_title: str
    second_text: str
    code: str
    go_on: str
    start_over: str
    code_wrong: str
    second_none: str
    setup_title: str
    setup_text: str
    setup_must: str
    setup_until: str
    setup_by_hand: str
    setup_qr: str
    setup_wrong: str
    later: str
    codes_title: str
    codes_text: str
    codes_kept: str
    setup_done: str
    security_title: str
    security_none: str
    security_app: str
    security_since: str
    security_codes: str
    security_new_codes: str
    remove: str
    security_required: str
    prove_title: str
    prove_again: str
    prove_wrong: str
    setup_another: str
    passkey_add: str
    passkey_use: str
    passkey_name: str
    passkey_failed: str
    sign_in_with: str
    provider_failed: str
    provider_no_account: str


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
    second_title="Second step",
    second_text="Type the code that your authenticator app shows now, or one of your recovery codes.",
    code="Code",
    go_on="Go on",
    start_over="Sign in as somebody else",
    code_wrong="That code is wrong or was used before.",
    second_none="Nobody is waiting for a second step here. Sign in again.",
    setup_title="Set up a second step",
    setup_text="Scan this with an authenticator app, then type the code that it shows.",
    setup_must="Your company asks for a second step at every sign-in.",
    setup_until="From {} on you cannot sign in without it.",
    setup_by_hand="Without a camera, type this key into the app:",
    setup_qr="QR code for the authenticator app",
    setup_wrong="That is not the code that the app shows now.",
    later="Later",
    codes_title="Your recovery codes",
    codes_text="Each lets you in once when the phone is lost. Keep them elsewhere: they are not shown again.",
    codes_kept="I have kept them",
    setup_done="It is set up.",
    security_title="Sign-in and security",
    security_none="There is no second step yet.",
    security_app="Authenticator app",
    security_since="since {}",
    security_codes="Recovery codes left: {}",
    security_new_codes="Make new recovery codes",
    remove="Remove",
    security_required="Your company asks for a second step: set up another before you remove this one.",
    prove_title="Show that it is you",
    prove_again="To change this, sign out and in again.",
    prove_wrong="That is wrong.",
    setup_another="Set up another way",
    passkey_add="Add a passkey",
    passkey_use="Use a passkey",
    passkey_name="Name of the passkey",
    passkey_failed="The browser showed no passkey. Try again.",
    sign_in_with="Sign in with {}",
    provider_failed="Signing in with {} did not work. Try again.",
    provider_no_account="{} does not open an account here. Ask your administrator.",
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
    second_title="第二步验证",
    second_text="请输入身份验证器当前显示的验证码，或使用一个恢复码。",
    code="验证码",
    go_on="继续",
    start_over="换一个账号登录",
    code_wrong="验证码不正确，或已被使用。",
    second_none="登录已超时，请重新登录。",
    setup_title="设置第二步验证",
    setup_text="用身份验证器扫描二维码，然后输入显示的验证码。",
    setup_must="公司要求每次登录都进行第二步验证。",
    setup_until="自 {} 起，未设置将无法登录。",
    setup_by_hand="无法扫描时，请在应用中手动输入此密钥：",
    setup_qr="身份验证器二维码",
    setup_wrong="与身份验证器当前显示的验证码不符。",
    later="以后再说",
    codes_title="你的恢复码",
    codes_text="手机丢失时，每个恢复码可使用一次。请另行妥善保存，之后不再显示。",
    codes_kept="我已保存",
    setup_done="设置完成。",
    security_title="登录与安全",
    security_none="尚未设置第二步验证。",
    security_app="身份验证器",
    security_since="自 {} 起",
    security_codes="剩余恢复码：{}",
    security_new_codes="重新生成恢复码",
    remove="移除",
    security_required="公司要求第二步验证：请先设置另一种方式，再移除此项。",
    prove_title="请确认是你本人",
    prove_again="如需更改，请先退出并重新登录。",
    prove_wrong="不正确。",
    setup_another="添加另一种方式",
    passkey_add="添加通行密钥",
    passkey_use="使用通行密钥",
    passkey_name="通行密钥名称",
    passkey_failed="浏览器未提供通行密钥，请重试。",
    sign_in_with="使用 {} 登录",
    provider_failed="使用 {} 登录失败，请重试。",
    provider_no_account="{} 未关联此处的账号，请联系管理员。",
)


def words_for(language: str | None) -> Words:
    """The words of Django's language code ("zh-hans"), English for any other."""
    return CHINESE if (language or "").lower().startswith("zh") else ENGLISH


def pause(words: Words, seconds: float) -> str:
    """How long to wait, in seconds up to two minutes."""
    if seconds <= 120:
        return words.too_many_seconds.format(max(1, round(seconds)))
    return words.too_many_minutes.format(round(seconds / 60 + 0.5))
