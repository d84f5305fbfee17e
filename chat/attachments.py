"""Uploaded files as their readers see them: who may read one, and where its bytes lie.

A file is readable by who uploaded it, and by members of a conversation in which a message shows it: a message that they
may see and that was not recalled. Everybody else is told that there is none. How it travels is the HTTP door's.
"""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from chat.models import Avatar, Entry, File, FileUse, Membership
from protocol import errors


def get_file(user: int, id: UUID) -> File:  # noqa: A002 - what it is called everywhere
    """The file, in one query. Raises NotFound, whether there is none or only none for this user."""
    seat = Membership.objects.filter(
        user_id=user, conversation_id=OuterRef("conversation_id"), history_from__lte=OuterRef("seq")
    )
    message = Entry.objects.filter(
        conversation_id=OuterRef("conversation_id"), seq=OuterRef("seq"), recalled_at__isnull=True
    )
    shown = FileUse.objects.filter(file_id=OuterRef("pk")).filter(Exists(seat), Exists(message))
    found = File.objects.filter(pk=id).filter(Q(uploader_id=user) | Exists(shown)).first()
    if found is None:
        raise errors.NotFound("There is no such file, or none that you may see.")
    return found


def get_avatar(user: int, id: UUID) -> Path:  # noqa: A002 - what it is called everywhere
    """Where a picture lies: a person's for everybody, a group's for its members. Raises NotFound."""
    seat = Membership.objects.filter(user_id=user, conversation_id=OuterRef("conversation_id"))
    found = Avatar.objects.filter(Q(user__isnull=False) | Exists(seat), pk=id).first()
    if found is None:
        raise errors.NotFound("There is no such picture, or none that you may see.")
    return avatar_path(found.pk)


def avatar_path(id: UUID) -> Path:  # noqa: A002 - what it is called everywhere
    """Where the bytes of a picture lie. Its name is no plain id: the sweep of uploads would take it for one."""
    return _below(f"avatars/{id.hex[:2]}/avatar-{id.hex}.webp")


def path_of(file: File) -> Path:
    """Where the bytes lie."""
    return _below(file.path)


def thumbnail_of(file: File) -> Path:
    """Where the thumbnail (WebP, no side above 480 pixels) lies. Raises NotFound when the file is no picture."""
    if not file.thumbnail_path:
        raise errors.NotFound("That file has no thumbnail.")
    return _below(file.thumbnail_path)


def _below(path: str) -> Path:
    """A path below MEDIA_ROOT. Rows hold only such; a changed row must still not reach out of it."""
    root = Path(settings.MEDIA_ROOT).resolve()
    full = (root / path).resolve()
    if not full.is_relative_to(root):
        raise errors.NotFound("That file's bytes are not where files lie.")
    return full
