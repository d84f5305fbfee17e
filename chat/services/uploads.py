"""Uploads in pieces: begun, continued where they stopped, completed into a file. The rules of files are ``files``'.

The bytes of a piece are on the disk before the row says so: whatever stops in between is sent again.
"""

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.actor import Actor
from chat import conf
from chat.models import File, Upload
from chat.services import files
from protocol import errors

#: Below MEDIA_ROOT. The names are no plain ids: the sweep of files would take them for lost ones.
FOLDER = "uploads"


def begin(*, actor: Actor, name: str, size: int) -> Upload:
    """An upload of ``size`` bytes to be. Raises BadRequest (invalid, too_large), RateLimited, Forbidden."""
    name = files.announced(actor=actor, name=name, size=size)
    if size < 1:
        raise errors.BadRequest("The file is empty.", details={"path": "size"})
    since = timezone.now() - timedelta(hours=conf.UPLOAD_HOURS)
    under_way = Upload.objects.filter(user_id=actor.user, created_at__gte=since, file=None).count()
    if under_way >= conf.UPLOADS_OPEN:
        raise errors.RateLimited(f"{conf.UPLOADS_OPEN} uploads at once are enough.", retry_after=60)
    upload = Upload(user_id=actor.user, name=name, size=size)
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    upload.save(force_insert=True)
    return upload


def find(*, actor: Actor, upload: UUID) -> Upload:
    """The actor's own upload. Raises NotFound, also for somebody else's."""
    found = Upload.objects.select_related("file").filter(pk=upload, user_id=actor.user).first()
    if found is None:
        raise errors.NotFound("There is no such upload.")
    return found


def proceed(*, actor: Actor, upload: UUID, offset: int, piece: bytes) -> int:
    """Take the next bytes; how many are here then. Raises NotFound, BadRequest, Conflict (details.offset: go on there)."""
    found = find(actor=actor, upload=upload)
    if offset != found.offset:
        raise errors.Conflict("The upload stands elsewhere.", details={"offset": found.offset, "rule": "offset"})
    if len(piece) > conf.UPLOAD_CHUNK:
        raise errors.BadRequest(
            f"A piece may have {conf.UPLOAD_CHUNK} bytes.", code="too_large", details={"limit": conf.UPLOAD_CHUNK}
        )
    after = offset + len(piece)
    if not piece or after > found.size:
        raise errors.BadRequest("More bytes than announced, or none.", details={"size": found.size, "path": "body"})
    _write(path_of(found), offset, piece)
    # Two requests with the same piece: one moves the row, the other is told where it stands.
    if not Upload.objects.filter(pk=found.pk, offset=offset).update(offset=after):
        now = find(actor=actor, upload=upload).offset
        raise errors.Conflict("The upload stands elsewhere.", details={"offset": now, "rule": "offset"})
    return after


def complete(*, actor: Actor, upload: UUID, sha256: str = "") -> File:
    """Make it a file; again: the same file. Raises NotFound, Conflict while bytes are missing, BadRequest."""
    found = find(actor=actor, upload=upload)
    if found.file is not None:
        return found.file
    path = path_of(found)
    if found.offset != found.size:
        raise errors.Conflict("Bytes are missing.", details={"offset": found.offset, "rule": "offset"})
    try:
        with path.open("rb") as source:
            if sha256 and hashlib.file_digest(source, "sha256").hexdigest() != sha256.lower():
                raise errors.BadRequest("The bytes are not those that were meant.", details={"path": "sha256"})
            source.seek(0)
            file = files.store(actor=actor, name=found.name, stream=source, size=found.size)
    except FileNotFoundError:
        raise errors.NotFound("The bytes of this upload are gone.") from None
    Upload.objects.filter(pk=found.pk).update(file=file)
    path.unlink(missing_ok=True)
    return file


def remove(*, actor: Actor, upload: UUID) -> None:
    """Give an upload up; a file that it became stays. Raises NotFound."""
    _forget(find(actor=actor, upload=upload))


def sweep() -> int:
    """Remove uploads older than ``conf.UPLOAD_HOURS``, and bytes without a row; the number. Safe at any time."""
    before = timezone.now() - timedelta(hours=conf.UPLOAD_HOURS)
    removed = 0
    for upload in Upload.objects.filter(created_at__lt=before).iterator():
        _forget(upload)
        removed += 1
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*/upload-*"):
        # An hour more: a row that is being written comes after its bytes.
        if path.stat().st_mtime < before.timestamp() - 3600:
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def path_of(upload: Upload) -> Path:
    """Where the bytes gather."""
    return Path(settings.MEDIA_ROOT) / FOLDER / upload.pk.hex[:2] / f"upload-{upload.pk.hex}"


def _write(path: Path, offset: int, piece: bytes) -> None:
    try:
        handle = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        raise errors.NotFound("The bytes of this upload are gone.") from None
    try:
        view = memoryview(piece)
        while view:
            written = os.pwrite(handle, view, offset)
            view, offset = view[written:], offset + written
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(upload: Upload) -> None:
    path_of(upload).unlink(missing_ok=True)
    upload.delete()
