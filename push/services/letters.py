"""How a letter reads: subject, text and HTML, in the person's language, with as much as previews may show."""

from collections.abc import Sequence

from django.core import signing
from django.utils.html import escape

from chat import kinds
from chat.models import Conversation, Entry
from push import conf
from push.providers import Letter, Notice
from push.services.gathering import Talk
from push.words import say

SUBJECT_CHARS, LINE_CHARS = 120, 300
SALT = "push.letters"


def letter_of(user: int, kind: str, name: str, talks: Sequence[Talk]) -> Notice:
    """The letter of kind ``missed`` or ``digest``; ``name`` is its own for ever, whichever attempt."""
    chinese = talks[0].told.chinese
    stop = f"{conf.SITE}/unsubscribe/{signing.dumps([user, kind], salt=SALT)}"
    total = sum(each.count for each in talks)
    subject = say(f"{kind}_subject", chinese=chinese).format(total)
    text, html = [subject, ""], [f"<h2>{escape(subject)}</h2>"]
    hidden = conf.PREVIEWS == "nothing"
    for talk in [] if hidden else talks:
        title, lines = _title_of(talk), _lines_of(talk)
        link = f"{conf.SITE}/#/c/{talk.conversation.pk}/{talk.shown[0].seq}"
        more = talk.count - len(talk.shown)
        if more:
            lines.append(say("more", chinese=chinese).format(more))
        text += [title, *(f"  {line}" for line in lines), f"  {link}", ""]
        items = "".join(f"<li>{escape(line)}</li>" for line in lines)
        html.append(f'<h3><a href="{escape(link)}">{escape(title)}</a></h3><ul>{items}</ul>')
    opened, ended = say("open", chinese=chinese), say("unsubscribe", chinese=chinese)
    answers = say("no_answers", chinese=chinese)
    text += [f"{opened}: {conf.SITE}/", answers, f"{ended}: {stop}"]
    html.append(
        f'<p><a href="{escape(conf.SITE)}/">{escape(opened)}</a></p><p><small>{escape(answers)}'
        f' <a href="{escape(stop)}">{escape(ended)}</a></small></p>'
    )
    letter = Letter(text="\n".join(text), html="\n".join(html), stop=stop, name=name)
    return Notice(0, 0, title=subject[:SUBJECT_CHARS], letter=letter)


def read_stop(token: str) -> tuple[int, str] | None:
    """Whose letters, and which, the address in one ends; None: it was not made here."""
    try:
        user, kind = signing.loads(token, salt=SALT)
        return int(user), str(kind)
    except (signing.BadSignature, ValueError, TypeError):
        return None


def _title_of(talk: Talk) -> str:
    if talk.conversation.kind == Conversation.Kind.DIRECT:
        sender = talk.shown[0].sender
        return sender.name if sender else "Parley"
    return talk.conversation.title or "Parley"


def _lines_of(talk: Talk) -> list[str]:
    return [_line(each, talk) for each in talk.shown]


def _line(entry: Entry, talk: Talk) -> str:
    who = entry.sender.name if entry.sender else "Parley"
    if conf.PREVIEWS == "text" and talk.told.preview:
        return " ".join(f"{who}: {kinds.get(entry.kind).preview(entry.body)}".split())[:LINE_CHARS]
    return f"{who}: {say('new_message', chinese=talk.told.chinese)}"
