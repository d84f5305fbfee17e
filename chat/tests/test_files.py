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

from accounts.actor import SYSTEM, Actor
from chat import attachments, tasks
from chat.models import File, FileUse
from chat.services import files
from chat.tests.rows import group, person
from chat.tests.uploads import left, picture, upload
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def alice() -> Actor:
    return Actor(user=person("alice").pk, name="Alice")


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


def test_the_task_sweeps(alice: Actor, media: Path):
    unused = upload(alice, b"2")
    File.objects.filter(pk=unused.pk).update(created_at=timezone.now() - timedelta(days=30))
    tasks.sweep_files()
    assert left(media) == []
