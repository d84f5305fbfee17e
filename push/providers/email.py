"""Letters by the operator's mail server (SMTP): what was missed, and summaries. Not for devices: a person has one address.

Nobody answers a letter by accident: it says that a machine wrote it, replies go nowhere, and one click ends the next ones.
"""

import smtplib
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from push import conf
from push.providers.base import Address, Notice, Outcome, Provider


class Email(Provider):
    """SMTP as Django's settings (``EMAIL_…``) say it."""

    name = "email"
    for_devices = False

    def is_ready(self) -> bool:
        """With an address to write from."""
        return bool(conf.MAIL_FROM)

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Hand it to the mail server, which answers for that one recipient."""
        if notice.letter is None:
            return Outcome("refused", "A notice without a letter.")
        try:
            made = _message(address.token, notice)
            made.connection = get_connection(timeout=conf.PROVIDER_SECONDS)
            made.send()
        except smtplib.SMTPRecipientsRefused as problem:
            code, said = next(iter(problem.recipients.values()))
            return _outcome(code, said, recipient=True)
        except smtplib.SMTPResponseException as problem:
            return _outcome(problem.smtp_code, problem.smtp_error, recipient=False)
        except (smtplib.SMTPException, OSError) as problem:
            return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])
        except ValueError as problem:  # a line break in a header
            return Outcome("refused", str(problem)[:300])
        return Outcome("sent", "250")


def _outcome(code: int, said: bytes | str, *, recipient: bool) -> Outcome:
    """550 and 553 speak of the mailbox; other 5xx of the letter, or of this server, which the operator mends."""
    answer = f"{code} {said.decode(errors='replace') if isinstance(said, bytes) else said}"[:300]
    if recipient and code in {550, 551, 553}:
        return Outcome("gone", answer)
    if code in {552, 554}:
        return Outcome("refused", answer)
    return Outcome("retry", answer)


def _message(to: str, notice: Notice) -> EmailMultiAlternatives:
    letter = notice.letter
    assert letter is not None
    domain = conf.MAIL_FROM.rpartition("@")[2].strip("> ") or "localhost"
    headers = {
        # The same for each attempt: a mail server that took it twice shows it once.
        "Message-ID": f"<{letter.name}@{domain}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    if letter.stop:
        headers |= {"List-Unsubscribe": f"<{letter.stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    sender = conf.MAIL_FROM if "<" in conf.MAIL_FROM else formataddr(("Parley", conf.MAIL_FROM))
    made = EmailMultiAlternatives(
        subject=notice.title,
        body=letter.text,
        from_email=sender,
        to=[to],
        reply_to=[conf.MAIL_REPLY_TO or f"no-reply@{domain}"],
        headers=headers,
    )
    made.attach_alternative(letter.html, "text/html")
    made.encoding = settings.DEFAULT_CHARSET
    return made


PROVIDER = Email()
