"""What people say of themselves: status, picture; and groups' pictures. GET and PATCH of the actor: ``me``."""

from typing import BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http.multipartparser import MultiPartParser
from django.http.response import HttpResponseBase

from accounts import selectors
from chat import attachments, conf
from chat.services import avatars, status
from openplatform.api.door import Door, plain_request
from openplatform.api.downloads import Download, serve
from openplatform.api.files import FORM_OVERHEAD
from openplatform.api.operation import operation
from openplatform.api.people_shapes import AvatarId, StatusChange
from openplatform.api.problems import HttpError
from protocol import errors
from protocol.replies import Person

_PICTURE = {
    "multipart/form-data": {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}},
        "required": ["file"],
    }
}
_BYTES = {(status, "image/webp"): {"type": "string", "format": "binary"} for status in (200, 206)}


class StatusView(Door):
    """The actor's status."""

    @operation("status.put", scope=None, body=StatusChange, answer=Person)
    def put(self, *, body: StatusChange) -> Person:
        """Say what you are doing, and until when nobody shall disturb you. Who watches you is told at once."""
        user = status.put(
            actor=self.actor, emoji=body.emoji, text=body.text, until=body.until, quiet_until=body.quiet_until
        )
        return selectors.person_of(user)


class _Pictured(Door):
    """A place with a picture."""

    cost = 5.0  # it is decoded and drawn anew

    def _sent(self) -> "UploadedFile[bytes]":
        request = plain_request(self.request)
        length, limit = request.META.get("CONTENT_LENGTH") or "", conf.AVATAR_MAX_BYTES
        if length.isdecimal() and int(length) > limit + FORM_OVERHEAD:
            raise errors.BadRequest(f"A picture may have {limit} bytes.", code="too_large", details={"limit": limit})
        if request.content_type != "multipart/form-data":
            raise HttpError(415, "The picture must come in a form.", expected="multipart/form-data")
        # Django reads forms by itself for POST alone.
        _, files = MultiPartParser(request.META, request, request.upload_handlers).parse()
        sent = files.getlist("file")
        if len(sent) != 1 or len(files) != 1:
            raise errors.BadRequest("The form needs exactly one part called file.", details={"path": "file"})
        return cast("UploadedFile[bytes]", sent[0])


class OwnAvatarView(_Pictured):
    """The actor's picture."""

    @operation("avatars.put_own", scope=None, answer=AvatarId, raw_request=_PICTURE)
    def put(self) -> AvatarId:
        """Your picture: PNG, JPEG, GIF or WebP. Its middle is cut square and made anew, without what a camera writes."""
        sent = self._sent()
        return AvatarId(avatar=avatars.put_own(actor=self.actor, stream=cast(BinaryIO, sent.file), size=sent.size or 0))

    @operation("avatars.remove_own", scope=None)
    def delete(self) -> None:
        """No picture any more."""
        avatars.put_own(actor=self.actor, stream=None)


class GroupAvatarView(_Pictured):
    """A group's picture."""

    @operation("avatars.put_group", scope="conversations:write", answer=AvatarId, raw_request=_PICTURE)
    def put(self, *, conversation: int) -> AvatarId:
        """A group's picture, by its owner or an admin. Members are told by ``conversation.updated``."""
        sent = self._sent()
        source = cast(BinaryIO, sent.file)
        return AvatarId(
            avatar=avatars.put_group(actor=self.actor, conversation=conversation, stream=source, size=sent.size or 0)
        )

    @operation("avatars.remove_group", scope="conversations:write")
    def delete(self, *, conversation: int) -> None:
        """No picture any more."""
        avatars.put_group(actor=self.actor, conversation=conversation, stream=None)


class AvatarView(Door):
    """A picture's bytes."""

    cost = 0.1  # a page shows dozens, and keeps them

    @operation("avatars.get", scope="", raw_answers=_BYTES, fails=(404, 416))
    def get(self, *, avatar: UUID) -> HttpResponseBase:
        """The picture of a person, or of a group that you are in. It never changes under one id, so keep it."""
        path = attachments.get_avatar(self.actor.user, avatar)
        what = Download(path=path, version=avatar.hex, media_type="image/webp", name=f"{avatar.hex}.webp")
        response = serve(plain_request(self.request), what)
        response["Cache-Control"] = "private, max-age=31536000, immutable"
        return response
