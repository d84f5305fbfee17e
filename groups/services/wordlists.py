"""Word lists: made, changed, switched and removed by operators. In force from the next message on. docs/moderation.md

Which words there are is never written into the audit log: how many, and what becomes of a message that has one.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts import policy as people
from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import policy, screening, timeline
from chat.models import Conversation
from chat.participation import WordFilter, WordList
from protocol.errors import BadRequest, NotFound

#: Terms in force in one scope (the server, one group), and characters of one.
MAX_TERMS, MAX_CHARS = 10_000, 64
#: Bytes of a file of terms: ten thousand of the longest, in three bytes each.
MAX_FILE = 2_000_000
#: What text files come in: the second and third are what spreadsheets and older Chinese programs write.
_ENCODINGS = ("utf-8-sig", "utf-16", "gb18030")


@dataclass(frozen=True, slots=True)
class Wish:
    """A list as it shall be. ``conversation`` 0: for the whole server; ``terms``: one a line, # begins a comment."""

    name: str
    action: str
    terms: str
    conversation: int = 0
    enabled: bool = True


def read_file(data: bytes) -> str:
    """The text of an uploaded file. Raises BadRequest."""
    if len(data) > MAX_FILE:
        raise BadRequest(f"A file of words has {MAX_FILE} bytes at most.", details={"path": "file", "limit": MAX_FILE})
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadRequest("The file is not text in UTF-8, UTF-16 or GB 18030.", details={"path": "file"})


def put(*, actor: Actor, wish: Wish, word_list: int = 0) -> WordList:
    """Make a list (0), or write one anew; its scope stays. Raises a ParleyError; nothing is half written."""
    require_operator(actor)
    name, terms = " ".join(wish.name.split()), tidy(wish.terms)
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise BadRequest("A list's name has 1 to 80 characters.", details={"path": "name"})
    if wish.action not in WordList.Action.values:
        known = WordList.Action.values
        raise BadRequest("There is no such action.", details={"path": "action", "known": known})

    def work() -> WordList:
        scope = wish.conversation
        if word_list:
            row = _get(word_list)
            scope = row.conversation_id or 0
        _lock(scope)
        # After the lock: what somebody else changed meanwhile is seen.
        row = _get(word_list) if word_list else WordList(conversation_id=scope or None)
        before = _told(row) if word_list else {}
        row.name, row.action, row.enabled = name, wish.action, wish.enabled
        row.terms, row.term_count = "\n".join(terms), len(terms)
        _save(actor, row)
        record(actor, "words.saved", _target(row), Change(before, _told(row)))
        return row

    return timeline.run(work)


def switch(*, actor: Actor, word_list: int, on: bool) -> None:
    """Put a list in force, or out of it. Raises a ParleyError."""
    require_operator(actor)

    def work() -> None:
        _lock(_get(word_list).conversation_id or 0)
        row = _get(word_list)
        if row.enabled is not on:
            row.enabled = on
            _save(actor, row)
            record(actor, "words.switched", _target(row), Change({"enabled": not on}, {"enabled": on}))

    timeline.run(work)


def remove(*, actor: Actor, word_list: int) -> None:
    """Do away with a list. Raises a ParleyError."""
    require_operator(actor)

    def work() -> None:
        scope = _get(word_list).conversation_id or 0
        _lock(scope)
        row = _get(word_list)
        target, told = _target(row), _told(row)
        row.delete()
        _take_effect(scope)
        record(actor, "words.removed", target, Change(told))

    timeline.run(work)


def require_operator(actor: Actor) -> None:
    """Administrators, and operators with that permission. Raises Forbidden."""
    if "words" not in actor.operates and not actor.is_system and not people.may_administer(actor):
        raise policy.refuse("Only administrators change word lists.", "staff")


def tidy(text: str) -> list[str]:
    """The terms of a text, folded, sorted, each once. Raises BadRequest, which names the line."""
    terms: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        term = screening.fold("" if line.lstrip().startswith("#") else line).strip()
        if len(term) > MAX_CHARS:
            details = {"path": "terms", "line": number, "limit": MAX_CHARS}
            raise BadRequest(f"Line {number}: a term has {MAX_CHARS} characters at most.", details=details)
        if any(ord(each) < 32 for each in term):
            raise BadRequest(f"Line {number} is not text.", details={"path": "terms", "line": number})
        terms.add(term)
    terms.discard("")
    if len(terms) > MAX_TERMS:
        details = {"path": "terms", "limit": MAX_TERMS}
        raise BadRequest(f"A list has {MAX_TERMS} terms at most; this has {len(terms)}.", details=details)
    return sorted(terms)


def _lock(scope: int) -> None:
    """One change at a time, and in a group no other change of its rules."""
    WordFilter.objects.get_or_create(id=WordFilter.ONLY, defaults={"version": 0})
    WordFilter.objects.select_for_update().get(id=WordFilter.ONLY)
    if scope:
        found = timeline.lock([scope]).get(scope)
        if found is None or found.kind != Conversation.Kind.GROUP:
            raise BadRequest("There is no such group.", details={"path": "conversation"})


def _save(actor: Actor, row: WordList) -> None:
    others = WordList.objects.filter(conversation=row.conversation_id, enabled=True).exclude(pk=row.pk)
    if row.enabled and row.term_count + sum(others.values_list("term_count", flat=True)) > MAX_TERMS:
        details = {"path": "terms", "limit": MAX_TERMS, "rule": "max_terms"}
        raise BadRequest(f"All lists in force there have {MAX_TERMS} terms at most.", details=details)
    row.changed_by, row.changed_at = actor.user, timezone.now()
    row.save()
    _take_effect(row.conversation_id or 0)


def _take_effect(scope: int) -> None:
    """Another version: never used before, so that no process takes what it holds for it. 52 bits fit any JSON reader."""
    version = secrets.randbits(52) or 1
    there = WordList.objects.filter(conversation=scope or None, enabled=True).exists()
    if not scope:
        WordFilter.objects.filter(id=WordFilter.ONLY).update(version=version if there else 0)
        return
    found = Conversation.objects.get(pk=scope)
    found.rules = {name: value for name, value in found.rules.items() if name != "words"}
    if there:
        found.rules["words"] = version
    found.save(update_fields=["rules"])


def _get(word_list: int) -> WordList:
    row = WordList.objects.filter(pk=word_list).first()
    if row is None:
        raise NotFound("There is no such list.")
    return row


def _told(row: WordList) -> dict[str, Any]:
    return {"name": row.name, "action": row.action, "enabled": row.enabled, "terms": row.term_count}


def _target(row: WordList) -> Target:
    return Target("word_list", row.pk or 0, row.name, conversation=row.conversation_id or 0)
