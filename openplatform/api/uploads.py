"""Uploads in pieces that go on where they stopped, and the files that a conversation shows."""

from uuid import UUID

from chat import conf, selectors
from chat.models import Upload
from chat.services import uploads
from openplatform.api.door import Door, plain_request
from openplatform.api.files import row_of
from openplatform.api.operation import operation
from openplatform.api.shapes import FileRow
from openplatform.api.upload_shapes import (
    FilesPage,
    FilesQuery,
    NewUpload,
    UploadEnd,
    UploadOffset,
    UploadRow,
)
from protocol import errors
from protocol.frames import Id

_PIECE = {"*/*": {"type": "string", "format": "binary"}}


class UploadsView(Door):
    """The place where uploads begin."""

    cost = 5.0

    @operation("uploads.begin", scope="files:write", body=NewUpload, answer=UploadRow, status=201, key="kept")
    def post(self, *, body: NewUpload) -> UploadRow:
        """Announce a file; then send its bytes in pieces of at most ``chunk``, and complete it. It waits for 24 hours."""
        return _row(uploads.begin(actor=self.actor, name=body.name, size=body.size))


class UploadView(Door):
    """One upload of the actor's."""

    @operation("uploads.get", scope="files:write", answer=UploadRow, fails=(404,))
    def get(self, *, upload: UUID) -> UploadRow:
        """How far it came: go on at ``offset``."""
        return _row(uploads.find(actor=self.actor, upload=upload))

    @operation(
        "uploads.proceed",
        scope="files:write",
        answer=UploadOffset,
        fails=(400, 404, 409, 413),
        headers={"Upload-Offset": (Id, "How many bytes the server has: where this piece begins.")},
        raw_request=_PIECE,
    )
    def patch(self, *, upload: UUID) -> UploadOffset:
        """The next bytes, whatever the media type says. 409: the server stands at ``details.offset``; go on there."""
        request = plain_request(self.request)
        given = request.headers.get("Upload-Offset", "")
        if not (given.isascii() and given.isdigit() and len(given) < 17):
            raise errors.BadRequest("Say where the piece begins.", details={"path": "Upload-Offset"})
        uploads.find(actor=self.actor, upload=upload)  # before a stranger's bytes are read
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length) > conf.UPLOAD_CHUNK:
            raise errors.BadRequest(
                f"A piece may have {conf.UPLOAD_CHUNK} bytes.", code="too_large", details={"limit": conf.UPLOAD_CHUNK}
            )
        piece = request.read(conf.UPLOAD_CHUNK + 1)
        return UploadOffset(offset=uploads.proceed(actor=self.actor, upload=upload, offset=int(given), piece=piece))

    @operation("uploads.remove", scope="files:write", fails=(404,))
    def delete(self, *, upload: UUID) -> None:
        """Give it up. A file that it became stays."""
        uploads.remove(actor=self.actor, upload=upload)


class CompleteView(Door):
    """The end of an upload."""

    cost = 5.0

    @operation("uploads.complete", scope="files:write", body=UploadEnd, answer=FileRow, fails=(404, 409))
    def post(self, *, upload: UUID, body: UploadEnd) -> FileRow:
        """Make a file of it, to be named in a message. Again: the same file. 409 while bytes are missing."""
        return row_of(uploads.complete(actor=self.actor, upload=upload, sha256=body.sha256))


class ConversationFilesView(Door):
    """What a conversation shows besides words."""

    @operation("conversations.files", scope="files:read", query=FilesQuery, answer=FilesPage)
    def get(self, *, conversation: int, query: FilesQuery) -> FilesPage:
        """Messages with files or images, the newest first."""
        found = selectors.list_files(
            self.actor.user, conversation, kind=query.kind, cursor=query.cursor, limit=query.limit
        )
        return FilesPage(messages=found.messages, next=found.next)


def _row(upload: Upload) -> UploadRow:
    return UploadRow(
        upload=str(upload.pk),
        name=upload.name,
        size=upload.size,
        offset=upload.offset,
        chunk=conf.UPLOAD_CHUNK,
        file=str(upload.file_id or ""),
    )
