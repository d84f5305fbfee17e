"""Uploaded files: taken in, checked, stored, and swept away when nobody needs them.

The bytes go to a temporary file first and to their place under MEDIA_ROOT by id, never by the uploaded name; the row comes
last. So a row always has its bytes, and whatever stops in the middle leaves only what ``sweep`` removes. Reading is in
``chat.attachments``.
"""

import hashlib
import os
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actor import Actor
from chat import attachments, conf
from chat.kinds.cleaning import clean_line
from chat.models import File, FileUse
from chat.services import pictures, sniffing
from chat.timeline import losing
from protocol import errors

PIECE = 256 * 1024
#: Folder of uploads on their way, below MEDIA_ROOT so that the rename stays within one file system.
INCOMING = "incoming"
NAME_CHARS = 255


class Source(Protocol):
    """Where the bytes come from: an upload, a file, a BytesIO."""

    def read(self, size: int, /) -> bytes:
        """The next bytes; b"" at the end."""
        ...


def store(*, actor: Actor, name: str, stream: Source, size: int = -1, media_type: str = "") -> File:
    """Take a file in. ``size`` is what the sender announced (-1: nothing); ``media_type`` is not believed.

    Raises BadRequest (invalid, too_large; details.rule "blocked_type"), RateLimited, Forbidden.
    """
    name = announced(actor=actor, name=name, size=size)
    id = uuid4()  # noqa: A001 - what it is called everywhere
    with ExitStack() as failed:
        incoming = _folder(Path(settings.MEDIA_ROOT) / INCOMING) / f"{id.hex}.part"
        failed.callback(incoming.unlink, missing_ok=True)
        head, written, digest = _receive(stream, incoming)
        if size not in (-1, written):
            raise errors.BadRequest("The upload was cut short.", details={"path": "file", "announced": size})
        found = sniffing.media_type_of(head, name)
        sniffing.refuse_blocked(name, found)
        file = File(
            id=id, uploader_id=actor.user, name=name, media_type=found, size=written, sha256=digest, path=_place(id)
        )
        if found in pictures.DECODERS:
            _add_picture(file, incoming, failed)
        target = attachments.path_of(file)
        _folder(target.parent)
        failed.callback(target.unlink, missing_ok=True)
        os.replace(incoming, target)
        _settle(target.parent)
        file.save(force_insert=True)
        failed.pop_all()
        return file


def announced(*, actor: Actor, name: str, size: int) -> str:
    """Whether a file of that name and size may come (-1: nobody said); its name as it will be. Raises as ``store``."""
    if actor.is_system:
        raise errors.Forbidden("The server uploads nothing by itself.")
    name = _clean_name(name)
    sniffing.refuse_blocked(name)
    _refuse_size(size)
    _refuse_too_many(actor.user)
    return name


def sweep() -> int:
    """Remove uploads that no message shows, and bytes without a row; the number of both. Safe at any time."""
    removed = 0
    shown = FileUse.objects.filter(file_id=OuterRef("pk"))
    old = timezone.now() - timedelta(hours=conf.FILE_UNUSED_HOURS)
    for file in File.objects.filter(~Exists(shown), created_at__lt=old).iterator():
        if not losing.kept_files([file.pk]) and _forget(file):
            for path in filter(None, (file.path, file.thumbnail_path)):
                (Path(settings.MEDIA_ROOT) / path).unlink(missing_ok=True)
            removed += 1
    return removed + _sweep_folder(Path(settings.MEDIA_ROOT))


def _forget(file: File) -> bool:
    """Delete the row in one statement that asks again whether a message shows it; False when one does by now.

    Not ``delete()``: that would look first and take a message's use of the file along.
    """
    shown = FileUse.objects.filter(file_id=OuterRef("pk"))
    try:
        with transaction.atomic():
            rows = File.objects.filter(~Exists(shown), pk=file.pk)
            return rows._raw_delete(rows.db) > 0
    except IntegrityError:
        return False


def _sweep_folder(root: Path) -> int:
    """Bytes whose row never came. An hour old, so that none is taken that is being stored now."""
    before = timezone.now().timestamp() - 3600
    removed = 0
    for folder, _, names in os.walk(root):
        old = [path for path in (Path(folder) / each for each in names) if _modified(path) < before]
        ids = {path: _id_of(path) for path in old}
        known = set(File.objects.filter(pk__in={each for each in ids.values() if each}).values_list("pk", flat=True))
        for path, id in ids.items():  # noqa: A001 - what it is called everywhere
            if id is not None and (path.suffix == ".part" or id not in known):
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _receive(stream: Source, path: Path) -> tuple[bytes, int, str]:
    """Write the bytes through to the disk, counting: first bytes, size, SHA-256."""
    digest, written, head = hashlib.sha256(), 0, b""
    with path.open("xb") as out:
        while piece := stream.read(PIECE):
            written += len(piece)
            _refuse_size(written)
            head += piece[: sniffing.HEAD - len(head)]
            digest.update(piece)
            out.write(piece)
        out.flush()
        os.fsync(out.fileno())
    if not written:
        raise errors.BadRequest("The file is empty.", details={"path": "file"})
    return head, written, digest.hexdigest()


def _add_picture(file: File, incoming: Path, failed: ExitStack) -> None:
    """Measures and thumbnail; the thumbnail is in its place when this returns."""
    draft = incoming.with_suffix(".webp.part")
    failed.callback(draft.unlink, missing_ok=True)
    picture = pictures.inspect(incoming, file.media_type, draft)
    file.width, file.height = picture.width, picture.height
    file.thumbnail_path = f"{file.path}.webp"
    target = attachments.thumbnail_of(file)
    _folder(target.parent)
    failed.callback(target.unlink, missing_ok=True)
    os.replace(draft, target)


def _clean_name(name: str) -> str:
    """The last part of a path in either notation, on one line, short enough, the ending kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = clean_line(last.encode(errors="ignore").decode(), field="name", limit=10_000).strip(". ") or "file"
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= NAME_CHARS:
        return clean
    return f"{stem[: NAME_CHARS - len(ending) - 1]}.{ending}" if dot and len(ending) <= 20 else clean[:NAME_CHARS]


def _refuse_size(size: int) -> None:
    if size > (limit := conf.FILE_MAX_BYTES):
        raise errors.BadRequest(
            f"A file may have {limit:,} bytes.", code="too_large", details={"path": "file", "limit": limit}
        )


def _refuse_too_many(user: int) -> None:
    since = timezone.now() - timedelta(days=1)
    if File.objects.filter(uploader_id=user, created_at__gte=since).count() >= conf.FILES_PER_DAY:
        raise errors.RateLimited(f"{conf.FILES_PER_DAY} files a day are enough.", retry_after=3600)


def _place(id: UUID) -> str:  # noqa: A002 - what it is called everywhere
    """Two folders deep: 65,536 folders keep each short."""
    return f"{id.hex[:2]}/{id.hex[2:4]}/{id.hex}"


def _id_of(path: Path) -> UUID | None:
    """The id that a stored name bears; None for files that are not ours to remove."""
    try:
        return UUID(hex=path.name.split(".", 1)[0])
    except ValueError:
        return None


def _folder(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    return path


def _settle(folder: Path) -> None:
    """The rename itself written to the disk: without it a crash could leave a row without bytes."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
