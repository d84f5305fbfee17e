"""Link previews: what the links of a message lead to, looked up once by the server and shown from its own copy.

Readers' browsers never meet the linked site: its picture is drawn anew and stored as a file. Fetching is ``outgoing``'s,
which refuses whatever is not public.
"""

import io
import logging
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urljoin

from django.core.cache import cache
from django.db import transaction

from accounts.actor import SYSTEM, Actor
from chat import conf
from chat.kinds.cleaning import text_of
from chat.models import Entry, File, FileUse
from chat.rendering import MESSAGE
from chat.services import files, messages, pictures
from chat.timeline import Draft, Outcome
from outgoing.addresses import parse_networks
from outgoing.client import Answer, Limits, Request, fetch
from outgoing.errors import OutgoingError
from outgoing.guard import Rules
from outgoing.page import read_page
from protocol.errors import ParleyError
from protocol.events import LinkPreview

log = logging.getLogger(__name__)
#: Links of a message that are looked up: a list of twenty is not for reading previews.
LINKS = 2
#: Seconds that the answer for an address is used again: the same link is pasted in many groups within an hour.
KEPT_SECONDS = 3600
PAGE = Limits(seconds=6.0, bytes=512 * 1024, enough=True)
PICTURE = Limits(seconds=6.0, bytes=5 * 1024 * 1024)
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
#: ASCII alone, as addresses are on the wire: "看https://example.com/路径" ends where the Chinese begins.
_LINK = re.compile(r"https?://[!#-;=?-\[\]_a-z~%&]+", re.IGNORECASE)


def links_of(text: str) -> list[str]:
    """The first LINKS addresses in ``text``, outside of code, each once, without the sentence's punctuation."""
    found = (_trimmed(each) for each in _LINK.findall(_CODE.sub(" ", text)))
    return list(dict.fromkeys(each for each in found if len(each) <= 2048 and each.isascii()))[:LINKS]


def find_wanted(entries: Iterable[Entry]) -> list[tuple[int, int]]:
    """(conversation, seq) of messages whose links these entries brought or changed. Reads only the entries."""
    if not conf.LINK_PREVIEWS:
        return []
    wanted: dict[tuple[int, int], None] = {}
    for entry in entries:
        if entry.type == MESSAGE:
            if entry.kind == "text" and links_of(text_of(entry.body, "text")):
                wanted[(entry.conversation_id, entry.seq)] = None
        else:
            before = text_of(entry.body.get("previous", {}).get("body", {}), "text")
            if links_of(text_of(entry.body.get("body", {}), "text")) != links_of(before):
                wanted[(entry.conversation_id, entry.target)] = None
    return list(wanted)


def make(*, conversation: int, seq: int) -> Outcome | None:
    """Look up the links of a message and tell what they lead to. None when there is nothing new to tell."""
    message = _find(conversation, seq)
    if message is None:
        return None
    links = links_of(text_of(message.body, "text"))
    previews = [each for each in (_look_up(link, message) for link in links) if each is not None]
    fresh = _find(conversation, seq)
    if fresh is None or links_of(text_of(fresh.body, "text")) != links:
        return None  # edited or recalled meanwhile: that entry has a turn of its own
    if not previews and "previews" not in fresh.facts:
        return None
    return _tell(SYSTEM, conversation, seq, previews)


def remove(*, actor: Actor, conversation: int, seq: int, client_key: str) -> Outcome:
    """Take the previews of one's own message away. Raises a ParleyError."""
    return _tell(actor, conversation, seq, [], messages.checked_key(client_key))


def forget(recalled: Iterable[Entry]) -> None:
    """The pictures of recalled messages' previews are nobody's to see any more."""
    for entry in recalled:
        FileUse.objects.filter(conversation_id=entry.conversation_id, seq=entry.target).delete()


def _find(conversation: int, seq: int) -> Entry | None:
    found = Entry.objects.filter(conversation_id=conversation, seq=seq, type=MESSAGE, recalled_at=None)
    return found.filter(kind="text").first()


def _tell(actor: Actor, conversation: int, seq: int, previews: list[LinkPreview], client_key: str = "") -> Outcome:
    draft = Draft(
        actor=actor,
        conversation=conversation,
        type="message.previewed",
        target=seq,
        client_key=client_key,
        fields={"previews": previews},
    )
    with transaction.atomic():
        outcome = messages.commit_one(draft)
        # A text message shows no files but these.
        shown = {each.image for each in previews if each.image}
        FileUse.objects.filter(conversation_id=conversation, seq=seq).exclude(file_id__in=shown).delete()
        for file in shown:
            FileUse.objects.get_or_create(file_id=file, conversation_id=conversation, seq=seq)
    return outcome


def _look_up(link: str, message: Entry) -> LinkPreview | None:
    key = f"preview:{message.sender_id}:{link}" if len(link) < 180 else ""
    known = cache.get(key) if key else None
    if known is not None and (not known.get("image") or File.objects.filter(pk=known["image"]).exists()):
        return LinkPreview(**known) if known else None
    found = _fetched(link, message)
    if key:
        cache.set(key, _plain(found), KEPT_SECONDS)
    return found


def _plain(found: LinkPreview | None) -> dict[str, str]:
    return {name: getattr(found, name) for name in LinkPreview.__struct_fields__} if found else {}


def _fetched(link: str, message: Entry) -> LinkPreview | None:
    answer = _ask(link, PAGE, "text/html,application/xhtml+xml,image/*;q=0.5")
    if answer is None or answer.status // 100 != 2:
        return None
    if answer.media_type in pictures.DECODERS:
        whole = _ask(link, PICTURE, "image/*") if answer.cut else answer
        image = _stored(whole, message) if whole else ""
        return LinkPreview(url=link, image=image) if image else None
    if answer.media_type not in ("text/html", "application/xhtml+xml"):
        return None
    page = read_page(answer.body, answer.headers.get("content-type", ""))
    if not page.title:
        return None
    image = ""
    if page.image:
        picture = _ask(urljoin(answer.url, page.image), PICTURE, "image/*")
        image = _stored(picture, message) if picture is not None and picture.status == 200 else ""
    return LinkPreview(url=link, title=page.title, description=page.description, site=page.site, image=image)


def _ask(link: str, limits: Limits, accept: str) -> Answer | None:
    rules = Rules(networks=parse_networks(conf.OUTGOING_NETWORKS), ports=frozenset(conf.OUTGOING_PORTS))
    try:
        return fetch(Request(link, headers={"Accept": accept}), rules=rules, limits=limits)
    except OutgoingError as problem:
        log.info("no preview of a link: %s", problem)
        return None


def _stored(answer: Answer, message: Entry) -> str:
    """The picture drawn anew, small, as a file of the message's sender; "" when it is none."""
    if answer.media_type not in pictures.DECODERS or not message.sender_id:
        return ""
    with tempfile.TemporaryDirectory(prefix="parley-preview-") as folder, suppress(ParleyError):
        source, small = Path(folder) / "picture", Path(folder) / "small.webp"
        source.write_bytes(answer.body)
        pictures.inspect(source, answer.media_type, small)
        sender = Actor(user=message.sender_id, name="")
        stored = files.store(actor=sender, name="preview.webp", stream=io.BytesIO(small.read_bytes()))
        return str(stored.pk)
    return ""


def _trimmed(link: str) -> str:
    link = link.rstrip(".,;:!?*_~…。，")
    while link.endswith(")") and link.count(")") > link.count("("):
        link = link[:-1].rstrip(".,;:!?")
    return link.rstrip("]")
