"""Handing out what was said: a person's own data, or what a proceeding asks for. Recorded before a byte is written."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.models import Device, Setting, User
from audit.services.recording import Change, Target, record
from chat import kinds
from chat.models import Conversation, Entry, File, Membership, SavedMessage, UnsentDraft
from chat.rendering import EDITED, MESSAGE, milliseconds
from chat.timeline.reading import files_of
from compliance import policy
from compliance.models import HeldWords
from compliance.services import withheld
from compliance.services.archive import Archive
from protocol.errors import BadRequest, NotFound

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>{title}</title>
<style>body{{font:15px/1.5 system-ui,sans-serif;margin:2rem}}
td{{vertical-align:top;padding:.25rem .75rem;border-top:1px solid #ccc}}
td:nth-child(4){{white-space:pre-wrap}}</style><h1>{title}</h1><table>
<tr><th>seq</th><th>at (UTC)</th><th>who</th><th>what</th></tr>
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a proceeding asks for: conversations, what people said (anywhere), between two moments."""

    conversations: tuple[int, ...] = ()
    users: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def export_person(*, actor: Actor, user: int, place: Path) -> str:
    """Everything that is a person's own, as a ZIP. Its SHA-256. Raises a ParleyError."""
    if actor.user != user or actor.app:
        policy.require(actor)
    person = User.objects.filter(pk=user).first()
    if person is None:
        raise NotFound("There is no such person.")
    with transaction.atomic():
        record(actor, "person.exported", Target("user", user, person.name))
    archive = Archive(place, {"what": "personal data", "user": user})
    names = [
        *("id", "username", "name", "other_name", "email", "kind", "title", "department_id", "locale", "created_at"),
        *("status_emoji", "status_text", "last_login", "is_active"),
    ]
    archive.add_json("profile.json", {name: getattr(person, name) for name in names})
    _add_rows(
        archive,
        "devices.json",
        Device.objects.filter(user=user),
        "name",
        "platform",
        "created_at",
        "last_seen_at",
        "last_ip",
    )
    _add_rows(archive, "settings.json", Setting.objects.filter(user=user), "name", "value")
    seats = Membership.objects.filter(user=user).exclude(conversation__kind=Conversation.Kind.PERSONAL)
    _add_rows(
        archive,
        "conversations.json",
        seats,
        "conversation_id",
        "conversation__title",
        "conversation__kind",
        "role",
        "joined_at",
    )
    _add_rows(archive, "drafts.json", UnsentDraft.objects.filter(user=user), "conversation_id", "text", "at")
    _add_rows(archive, "saved.json", SavedMessage.objects.filter(user=user), "conversation_id", "seq", "at")
    said = Entry.objects.filter(sender_id=user, type=MESSAGE).order_by("conversation_id", "seq")
    archive.add("messages.jsonl", _lines(said, {}, {}))
    for file in File.objects.filter(uploader_id=user).order_by("created_at").iterator():
        archive.add_file(file)
    return archive.finish()


def export_ediscovery(*, actor: Actor, scope: Scope, reason: str, place: Path) -> str:
    """What ``scope`` asks for, recalled and edited messages too, as JSON and HTML with files. Its SHA-256.

    Raises a ParleyError.
    """
    policy.require(actor)
    reason = policy.reason_of(reason)
    if not scope.conversations and not scope.users:
        raise BadRequest("Name conversations or people.", details={"path": "scope"})
    asked = {
        "conversations": list(scope.conversations),
        "users": list(scope.users),
        "since": milliseconds(scope.since),
        "until": milliseconds(scope.until),
    }
    with transaction.atomic():
        record(actor, "ediscovery.exported", Target("ediscovery", 0, "eDiscovery export"), Change(after=asked), reason)
    rows = _asked(scope)
    archive = Archive(place, {"what": "eDiscovery", "reason": reason, "scope": asked})
    found = Conversation.objects.filter(pk__in=rows.values("conversation_id").distinct()).order_by("pk")
    people: dict[int, str] = {}
    for conversation in found:
        here = rows.filter(conversation_id=conversation.pk).order_by("seq")
        kept = withheld.kept_of(conversation.pk)
        _learn(people, here, conversation)
        folder = f"conversations/{conversation.pk}"
        archive.add_json(f"{folder}/about.json", _about(conversation))
        archive.add(f"{folder}/messages.jsonl", _lines(here, people, kept))
        archive.add(f"{folder}/messages.html", _page(conversation, here, people, kept))
        for file in File.objects.filter(
            pk__in=_files(here) | {UUID(file) for each in kept.values() for file in each.files}
        ).order_by("pk"):
            archive.add_file(file)
    archive.add_json("people.json", people)
    return archive.finish()


def _asked(scope: Scope) -> QuerySet[Entry]:
    wanted = Q(conversation_id__in=scope.conversations) | Q(sender_id__in=scope.users)
    rows = Entry.objects.filter(wanted, type__in=(MESSAGE, EDITED))
    rows = rows.filter(at__gte=scope.since) if scope.since else rows
    return rows.filter(at__lt=scope.until) if scope.until else rows


def _about(conversation: Conversation) -> dict[str, Any]:
    members = Membership.objects.filter(conversation=conversation).order_by("user_id")
    return {
        "id": conversation.pk,
        "kind": conversation.kind,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "members": list(members.values("user_id", "role", "joined_at")),
    }


def _learn(people: dict[int, str], rows: QuerySet[Entry], conversation: Conversation) -> None:
    senders = Q(pk__in=rows.values("sender_id")) | Q(memberships__conversation=conversation)
    people |= {
        pk: f"{name} ({username})"
        for pk, name, username in User.objects.filter(senders).distinct().values_list("pk", "name", "username")
    }


def _told(entry: Entry, people: dict[int, str], held: HeldWords | None = None) -> dict[str, Any]:
    told = {
        "conversation": entry.conversation_id,
        "seq": entry.seq,
        "type": entry.type,
        "at": milliseconds(entry.at),
        "sender": entry.sender_id or 0,
        "sender_name": people.get(entry.sender_id or 0, ""),
        "kind": entry.kind,
        "body": entry.body,
        "target": entry.target,
        "reply_to": entry.reply_to,
        "thread_root": entry.thread_root,
        "edited_at": milliseconds(entry.edited_at),
        "recalled_at": milliseconds(entry.recalled_at),
        "kept": {"body": held.body, "earlier": held.earlier, "taken_back_by": held.taken_by} if held else {},
    }
    return {name: value for name, value in told.items() if value or name in ("sender", "body")}


def _lines(rows: QuerySet[Entry], people: dict[int, str], kept: Mapping[int, HeldWords]) -> Iterator[bytes]:
    for entry in rows.iterator(chunk_size=500):
        yield json.dumps(_told(entry, people, kept.get(entry.seq)), ensure_ascii=False).encode() + b"\n"


def _page(
    conversation: Conversation, rows: QuerySet[Entry], people: dict[int, str], kept: Mapping[int, HeldWords]
) -> Iterator[bytes]:
    yield _PAGE.format(title=html.escape(str(conversation))).encode()
    for entry in rows.iterator(chunk_size=500):
        cells = (
            str(entry.seq),
            f"{entry.at:%Y-%m-%d %H:%M:%S}",
            people.get(entry.sender_id or 0, "the server"),
            _text(entry, kept.get(entry.seq)),
        )
        yield ("<tr>" + "".join(f"<td>{html.escape(each)}</td>" for each in cells) + "</tr>\n").encode()
    yield b"</table></html>\n"


def _text(entry: Entry, held: HeldWords | None = None) -> str:
    """What people read of it."""
    if entry.type == EDITED:
        before = entry.body.get("previous", {}).get("body", {})
        return f"[edited {entry.target}; before:] {before.get('text', json.dumps(before, ensure_ascii=False))}"
    if entry.recalled_at:
        words = f" kept: {held.body.get('text', json.dumps(held.body, ensure_ascii=False))}" if held else ""
        return f"[recalled {entry.recalled_at:%Y-%m-%d %H:%M:%S}]{words}"
    known = kinds.all_kinds().get(entry.kind)
    text = known.search_text(entry.body) if known else ""
    files = " ".join(f"[file {file}]" for file in files_of(entry.kind, entry.body)) if known else ""
    return " ".join(filter(None, (text or f"[{entry.kind}]", files)))


def _files(rows: QuerySet[Entry]) -> set[UUID]:
    found: set[UUID] = set()
    for kind, body in rows.filter(type=MESSAGE).values_list("kind", "body").iterator(chunk_size=500):
        found.update(files_of(kind, body) if kind in kinds.all_kinds() else ())
    return found


def _add_rows(archive: Archive, name: str, rows: QuerySet[Any], *fields: str) -> None:
    archive.add_json(name, list(rows.values(*fields)))
