"""Files: upload (multipart or raw), download in ranges, thumbnail. Who may read one: its uploader, and whom it was sent to."""

import hashlib
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from chat import attachments, conf
from chat.models import File
from chat.services import files
from openplatform.api import wire
from openplatform.api.door import Door, plain_request
from openplatform.api.downloads import Download, serve
from openplatform.api.operation import Once, operation
from openplatform.api.shapes import FileRow, UploadQuery
from protocol import errors

#: Room for the other fields and the boundaries of a multipart body.
FORM_OVERHEAD = 64 * 1024
PIECE = 256 * 1024

_BYTES = {"type": "string", "format": "binary"}
_UPLOAD = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
    },
    "*/*": _BYTES,
}
_DOWNLOAD = {(status, "*/*"): _BYTES for status in (200, 206)}


class FilesView(Door):
    """Uploading."""

    cost = 5.0  # an upload writes to the disk and may be decoded as a picture

    @operation(
        "files.create",
        scope="files:write",
        query=UploadQuery,
        answer=FileRow,
        status=201,
        key="passed",
        raw_request=_UPLOAD,
    )
    def post(self, *, query: UploadQuery, key: str) -> HttpResponseBase:
        """Store a file, to be named in a message of kind file or image afterwards.

        Either ``multipart/form-data`` with one part ``file``, or the bytes themselves with any other media type and
        ``?name=``. The media type is found from the bytes; what is declared does not count.
        """
        request = plain_request(self.request)
        name, source, size = _open(request, query.name)
        if not key:
            return self._store(name, source, size)
        with SpooledTemporaryFile(max_size=PIECE * 8) as spool:
            once = Once(self.actor, key, request, _copy(name, source, spool))
            # Stored before the key's transaction begins: nobody waits for a disk. What a rival with the same key
            # stored in the same moment is shown by no message, and swept.
            return once.find() or once.keep(self._store(name, spool, size))

    def _store(self, name: str, source: files.Source, size: int) -> HttpResponse:
        return wire.encode(row_of(files.store(actor=self.actor, name=name, stream=source, size=size)), 201)


class FileView(Door):
    """The bytes of a file."""

    @operation("files.get", scope="files:read", raw_answers=_DOWNLOAD, fails=(404, 416))
    def get(self, *, file: UUID) -> HttpResponseBase:
        """The file, whole or in one byte range. ``ETag`` and ``If-None-Match`` save sending it again.

        Pictures that browsers show safely come inline, everything else as an attachment.
        """
        found = attachments.get_file(self.actor.user, file)
        what = Download(
            path=attachments.path_of(found), version=found.sha256, media_type=found.media_type, name=found.name
        )
        return serve(plain_request(self.request), what)


class ThumbnailView(Door):
    """The small picture of a picture."""

    @operation(
        "files.thumbnail",
        scope="files:read",
        raw_answers={(200, "image/webp"): _BYTES, (206, "image/webp"): _BYTES},
        fails=(404, 416),
    )
    def get(self, *, file: UUID) -> HttpResponseBase:
        """A small WebP of a picture; 404 when the file is none."""
        found = attachments.get_file(self.actor.user, file)
        what = Download(
            path=attachments.thumbnail_of(found),
            version=f"{found.sha256}-small",
            media_type="image/webp",
            name=f"{found.name}.webp",
        )
        return serve(plain_request(self.request), what)


def _open(request: HttpRequest, name: str) -> tuple[str, Any, int]:
    """Name, stream and size of what is uploaded; refused by its length before a byte is read."""
    length = request.META.get("CONTENT_LENGTH") or ""
    size = int(length) if length.isdecimal() else -1
    form = request.content_type == "multipart/form-data"
    limit = conf.FILE_MAX_BYTES
    if size > limit + (FORM_OVERHEAD if form else 0):
        raise errors.BadRequest(f"A file may have {limit} bytes.", code="too_large", details={"limit": limit})
    if not form:
        return name or "file", request, size
    sent = request.FILES.getlist("file")
    if len(sent) != 1 or len(request.FILES) != 1:
        raise errors.BadRequest("The form needs exactly one part called file.", details={"path": "file"})
    return name or sent[0].name or "file", sent[0], sent[0].size if sent[0].size is not None else -1


def _copy(name: str, source: Any, target: IO[bytes]) -> bytes:
    """Copy the bytes, ready to be read; the answer stands for name and content under the key."""
    seen = hashlib.sha256(name.encode(errors="surrogatepass") + b"\0")
    while piece := source.read(PIECE):
        seen.update(piece)
        target.write(piece)
    target.seek(0)
    return seen.digest()


def row_of(file: File) -> FileRow:
    """A stored file as it is answered."""
    return FileRow(
        id=str(file.pk),
        name=file.name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        width=file.width,
        height=file.height,
        thumbnail=bool(file.thumbnail_path),
    )
