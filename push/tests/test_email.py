"""Letters through a real SMTP server: what they say to machines, and what the server's answers mean."""

import email
import email.policy

import pytest

from push.providers import Address, Letter, Notice
from push.providers.email import PROVIDER

LETTER = Letter("Alice: 中午发射", "<p>Alice: 中午发射</p>", "https://im.example/unsubscribe/x", "missed-7")
NOTICE = Notice(0, 0, title="2 条消息", letter=LETTER)


def to(address, notice=NOTICE):
    return PROVIDER.send(Address(f"email:{address}"), notice)


def test_a_letter_says_that_a_machine_wrote_it_and_how_to_end_it(post):
    assert to("bob@example.com").result == "sent"
    [envelope] = post.letters
    letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
    assert (envelope.rcpt_tos, letter["subject"], letter["to"]) == (["bob@example.com"], "2 条消息", "bob@example.com")
    assert letter["reply-to"] == "no-reply@im.example"
    assert (letter["auto-submitted"], letter["message-id"]) == ("auto-generated", "<missed-7@im.example>")
    assert letter["list-unsubscribe"] == "<https://im.example/unsubscribe/x>"
    assert letter["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
    assert "中午发射" in letter.get_body(("plain",)).get_content()
    assert "<p>Alice" in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    ("said", "result"),
    [("550 no such user", "gone"), ("451 later", "retry"), ("554 spam", "refused"), ("530 sign in first", "retry")],
)
def test_what_the_mail_server_says(post, said, result):
    post.refuse["bob@example.com"] = said
    assert to("bob@example.com").result == result
    assert post.letters == []


def test_no_mail_server_is_tried_again_and_a_broken_header_is_not(post, settings):
    assert to("bob@example.com", Notice(0, 0, title="a\nBcc: everybody@example.com", letter=LETTER)).result == "refused"
    assert to("bob@example.com", Notice(0, 0, title="no letter")).result == "refused"
    settings.EMAIL_PORT, settings.PUSH_PROVIDER_SECONDS = 9, 1
    assert to("bob@example.com").result == "retry"
    settings.PUSH_MAIL_FROM = ""
    assert not PROVIDER.is_ready()
