"""Uploads: what is taken, what is refused without a trace, who may read it, and what is swept away."""

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.utils import timezone
from PIL import Image

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from chat import attachments
from chat.models import File, FileUse, Membership
from chat.services import files, pictures
from chat.tests.rows import Log, group, person
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def alice() -> Actor:
    return Actor(user=person("alice").pk, name="Alice")


def picture(form: str = "PNG", size: tuple[int, int] = (1000, 500), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 3).save(out, form, **options)
    return out.getvalue()


def upload(actor: Actor, content: bytes, name: str = "notes.txt", **options: Any) -> File:
    return files.store(actor=actor, name=name, stream=io.BytesIO(content), **options)


def left(media: Path) -> list[Path]:
    return [Path(folder) / name for folder, _, names in os.walk(media) for name in names]


def test_bytes_are_stored_whole_under_the_id_and_described_by_the_row(alice: Actor, media: Path):
    content = "会议纪要\n".encode() * 100_000
    file = upload(alice, content, "../../etc/会议 纪要.TXT", size=len(content), media_type="image/png")
    assert (file.name, file.media_type, file.size) == ("会议 纪要.TXT", "text/plain", len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    path = attachments.path_of(file)
    assert path.read_bytes() == content
    assert path.name == file.id.hex
    assert left(media) == [path]
    assert File.objects.get() == file
    with pytest.raises(errors.NotFound):
        attachments.thumbnail_of(file)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\bob\\a.txt", "a.txt"),
        ("..", "file"),
        ("", "file"),
        ("a\x00b\n.txt", "a b .txt"),
        ("invoice\u202etxt.pdf", "invoicetxt.pdf"),
        ("\udcff.txt", "txt"),
        ("长" * 300 + ".docx", "长" * 250 + ".docx"),
        ("a" * 300, "a" * 255),
    ],
)
def test_names_are_names_and_nothing_else(alice: Actor, given: str, kept: str):
    assert upload(alice, b"x", given).name == kept


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"%PDF-1.7 ...", "a.png", "application/pdf"),
        (b"PK\x03\x04rest", "a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"PK\x03\x04rest", "a.html", "application/zip"),
        (b"<script>alert(1)</script>", "a.html", "text/html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "image/svg+xml"),
        (b"<script>alert(1)</script>", "a.png", "text/plain"),
        (b"\x00\x01\x02", "a.png", "application/octet-stream"),
        (b"\x00\x01\x02", "a.html", "application/octet-stream"),
        ("字".encode() * 1365 + b"ab" + "字".encode(), "a.md", "text/markdown"),
        (b"{}", "a.json", "application/json"),
        (b"\x00\x00\x00\x18ftypmp42", "a.mov", "video/mp4"),
    ],
)
def test_the_type_is_what_the_bytes_say(alice: Actor, content: bytes, name: str, found: str):
    assert upload(alice, content, name, media_type="image/png").media_type == found


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("JPEG", "RGB"), ("JPEG", "CMYK"), ("GIF", "P")]
)
def test_a_picture_gets_measures_and_a_small_thumbnail(alice: Actor, media: Path, form: str, mode: str):
    file = upload(alice, picture(form, mode=mode), "photo")
    assert (file.width, file.height) == (1000, 500)
    with Image.open(attachments.thumbnail_of(file)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("WEBP", (480, 240))
    assert len(left(media)) == 2


def test_a_small_picture_is_not_blown_up(alice: Actor):
    file = upload(alice, picture("WEBP", (20, 10)), "icon.webp")
    with Image.open(attachments.thumbnail_of(file)) as thumbnail:
        assert thumbnail.size == (20, 10)


def test_a_thumbnail_stands_upright_and_says_nothing_of_camera_and_place(alice: Actor):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    file = upload(alice, picture("JPEG", exif=exif), "photo.jpg")
    assert (file.width, file.height) == (500, 1000)
    path = attachments.thumbnail_of(file)
    with Image.open(path) as thumbnail:
        assert thumbnail.size == (240, 480)
        assert not dict(thumbnail.getexif())
    assert b"SecretCamera" not in path.read_bytes()


def test_an_animation_gets_its_first_frame(alice: Actor):
    frames = [Image.new("P", (10, 10), n) for n in range(5)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    file = upload(alice, out.getvalue(), "a.gif")
    with Image.open(attachments.thumbnail_of(file)) as thumbnail:
        assert getattr(thumbnail, "n_frames", 1) == 1


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "empty.txt", "invalid"),
        (b"x" * 1001, "large.txt", "too_large"),
        (b"x", "setup.EXE", "invalid"),
        (b"x", "setup.exe. .", "invalid"),
        (b"MZ\x90\x00", "harmless.txt", "invalid"),
        (b"\x7fELF", "harmless", "invalid"),
        (picture("PNG", (20, 20))[:60], "cut.png", "invalid"),
        (picture("JPEG", (40, 40))[:-100], "cut.jpg", "invalid"),
        (b"GIF89a", "nothing.gif", "invalid"),
        (picture("PNG", (101, 100)), "bomb.png", "too_large"),
        (picture("GIF", (20, 20)).replace(b"\x14\0\x14\0", b"\x30\x75\x30\x75"), "bomb.gif", "too_large"),
    ],
)
def test_what_is_refused_leaves_nothing(alice: Actor, media: Path, settings: Any, content: bytes, name: str, code: str):
    settings.CHAT_FILE_MAX_BYTES = 1000
    settings.CHAT_IMAGE_MAX_PIXELS = 10_000
    with pytest.raises(errors.BadRequest) as caught:
        upload(alice, content, name)
    assert caught.value.code == code
    assert caught.value.details["path"] == "file"
    assert left(media) == []
    assert not File.objects.exists()


def test_too_large_is_said_before_a_byte_is_read(alice: Actor):
    class Unread:
        def read(self, size: int, /) -> bytes:
            raise AssertionError("was read")

    with pytest.raises(errors.BadRequest) as caught:
        files.store(actor=alice, name="a", stream=Unread(), size=10**12)
    assert caught.value.code == "too_large"


def test_an_upload_that_breaks_off_leaves_nothing(alice: Actor, media: Path):
    class Breaking(io.BytesIO):
        def read(self, size: int = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(size)

    with pytest.raises(ConnectionError):
        files.store(actor=alice, name="a", stream=Breaking(b"x" * 10**6))
    with pytest.raises(errors.BadRequest):
        upload(alice, b"half", size=8)
    assert left(media) == []


def test_a_row_that_cannot_be_written_takes_its_bytes_along(alice: Actor, media: Path, monkeypatch: pytest.MonkeyPatch):
    def fail(*args: Any, **options: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(File, "save", fail)
    with pytest.raises(IntegrityError):
        upload(alice, picture(), "a.png")
    assert left(media) == []


def test_a_day_has_a_limit_and_the_server_uploads_nothing(alice: Actor, settings: Any):
    settings.CHAT_FILES_PER_DAY = 2
    upload(alice, b"1")
    second = upload(alice, b"2")
    with pytest.raises(errors.RateLimited) as caught:
        upload(alice, b"3")
    assert caught.value.retry_after
    File.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(days=2))
    upload(alice, b"3")
    with pytest.raises(errors.Forbidden):
        upload(SYSTEM, b"x")


def test_a_file_is_for_its_uploader_and_those_it_was_shown_to(alice: Actor, django_assert_num_queries: Any):
    bob, charlie, late = person("bob"), person("charlie"), person("late")
    file = upload(alice, b"plan")
    log = Log(group("Team", User.objects.get(pk=alice.user), bob))
    for user in (bob.pk, charlie.pk):
        refused(user, file.pk)
    assert attachments.get_file(alice.user, file.pk) == file

    message = log.say(bob, {"file": str(file.pk)}, kind="file")
    FileUse.objects.create(file=file, conversation=log.conversation, seq=message.seq)
    Membership.objects.create(conversation=log.conversation, user=late, history_from=message.seq + 1)
    with django_assert_num_queries(1):
        assert attachments.get_file(bob.pk, file.pk) == file
    refused(charlie.pk, file.pk)
    refused(late.pk, file.pk)
    refused(alice.user, uuid4())

    log.recall(message)
    refused(bob.pk, file.pk)
    assert attachments.get_file(alice.user, file.pk) == file

    again = log.say(bob, {"file": str(file.pk)}, kind="file")
    FileUse.objects.create(file=file, conversation=log.conversation, seq=again.seq)
    assert attachments.get_file(late.pk, file.pk) == file
    Membership.objects.filter(user=bob).delete()
    refused(bob.pk, file.pk)


def refused(user: int, id: Any) -> None:  # noqa: A002 - an id
    with pytest.raises(errors.NotFound) as caught:
        attachments.get_file(user, id)
    assert caught.value.code == "not_found"


def test_a_row_that_points_out_of_the_folder_reaches_nothing(alice: Actor):
    file = upload(alice, b"x")
    file.path = "../../../etc/passwd"
    with pytest.raises(errors.NotFound):
        attachments.path_of(file)


def test_sweeping_removes_what_nobody_needs_and_nothing_else(alice: Actor, media: Path):
    old = timezone.now() - timedelta(days=30)
    shown, unused, fresh = upload(alice, b"1"), upload(alice, picture(), "a.png"), upload(alice, b"3")
    conversation = group("Team").pk
    FileUse.objects.create(file=shown, conversation_id=conversation, seq=1)
    File.objects.filter(pk__in=[shown.pk, unused.pk]).update(created_at=old)
    stray, part, foreign = media / "ab" / uuid4().hex, media / "incoming" / f"{uuid4().hex}.part", media / "README"
    young = media / "incoming" / f"{uuid4().hex}.part"
    for path in (stray, part, foreign, young, attachments.path_of(shown)):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        if path != young:
            os.utime(path, (time.time() - 7200,) * 2)
    assert files.sweep() == 3
    assert set(File.objects.all()) == {shown, fresh}
    assert set(left(media)) == {attachments.path_of(shown), attachments.path_of(fresh), foreign, young}
    assert files.sweep() == 0


def test_only_four_decoders_are_ever_opened():
    assert set(pictures.DECODERS.values()) == {"PNG", "JPEG", "GIF", "WEBP"}
