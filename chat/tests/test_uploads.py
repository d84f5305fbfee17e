"""Uploads in pieces: they go on where they stopped, never past their size, and become one file once."""

import hashlib
import os
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actor import SYSTEM
from chat import attachments
from chat.models import File, Upload
from chat.services import uploads
from chat.tests import factories
from chat.tests.uploads import left, picture
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, RateLimited

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def alice():
    return factories.three_people()[0]


def begin(actor, size: int, name: str = "notes.txt") -> Upload:
    return uploads.begin(actor=actor, name=name, size=size)


def proceed(actor, upload, offset: int, piece: bytes) -> int:
    return uploads.proceed(actor=actor, upload=upload.pk, offset=offset, piece=piece)


def test_pieces_become_a_file(alice, media):
    content = picture()
    upload = begin(alice, len(content), "dot.png")
    half = len(content) // 2
    assert proceed(alice, upload, 0, content[:half]) == half
    assert uploads.find(actor=alice, upload=upload.pk).offset == half
    assert proceed(alice, upload, half, content[half:]) == len(content)
    file = uploads.complete(actor=alice, upload=upload.pk, sha256=hashlib.sha256(content).hexdigest().upper())
    assert (file.name, file.media_type, file.size, file.width) == ("dot.png", "image/png", len(content), 1000)
    assert attachments.path_of(file).read_bytes() == content
    assert not [path for path in left(media) if path.name.startswith("upload-")]


def test_completing_again_gives_the_same_file(alice):
    upload = begin(alice, 1)
    proceed(alice, upload, 0, b"x")
    first = uploads.complete(actor=alice, upload=upload.pk)
    assert uploads.complete(actor=alice, upload=upload.pk).pk == first.pk
    assert File.objects.count() == 1


def test_a_piece_from_elsewhere_is_told_where_the_upload_stands(alice):
    upload = begin(alice, 10)
    proceed(alice, upload, 0, b"hello")
    for offset in (0, 4, 6):
        with pytest.raises(Conflict) as refused:
            proceed(alice, upload, offset, b"x")
        assert refused.value.details["offset"] == 5
    with pytest.raises(Conflict):
        uploads.complete(actor=alice, upload=upload.pk)
    assert proceed(alice, upload, 5, b"world") == 10


def test_bytes_that_were_written_before_a_crash_are_written_again(alice):
    upload = begin(alice, 10)
    uploads.path_of(upload).write_bytes(b"garbage")  # on the disk, and the row never heard of it
    proceed(alice, upload, 0, b"hello")
    proceed(alice, upload, 5, b"world")
    file = uploads.complete(actor=alice, upload=upload.pk)
    assert attachments.path_of(file).read_bytes() == b"helloworld"


def test_sizes_are_checked_at_every_step(alice, settings):
    settings.CHAT_FILE_MAX_BYTES = 100
    settings.CHAT_UPLOAD_CHUNK = 8
    for size in (0, -1):
        with pytest.raises(BadRequest):
            begin(alice, size)
    with pytest.raises(BadRequest) as refused:
        begin(alice, 101)
    assert refused.value.code == "too_large"
    upload = begin(alice, 10)
    with pytest.raises(BadRequest) as refused:
        proceed(alice, upload, 0, b"123456789")
    assert refused.value.code == "too_large"
    proceed(alice, upload, 0, b"12345678")
    for piece in (b"123", b""):
        with pytest.raises(BadRequest):
            proceed(alice, upload, 8, piece)
    assert uploads.find(actor=alice, upload=upload.pk).offset == 8


def test_other_bytes_than_those_meant_become_no_file(alice):
    upload = begin(alice, 5)
    proceed(alice, upload, 0, b"hello")
    with pytest.raises(BadRequest) as refused:
        uploads.complete(actor=alice, upload=upload.pk, sha256="0" * 64)
    assert refused.value.details["path"] == "sha256"
    assert not File.objects.exists()


def test_programs_are_refused_before_a_byte_comes_and_after(alice):
    with pytest.raises(BadRequest):
        begin(alice, 5, "virus.exe")
    upload = begin(alice, 64, "harmless.txt")
    proceed(alice, upload, 0, b"MZ" + b"\0" * 62)
    with pytest.raises(BadRequest):
        uploads.complete(actor=alice, upload=upload.pk)


def test_an_upload_is_its_owners_alone(alice):
    charlie = factories.actor_of(factories.person("charlie2"))
    upload = begin(alice, 5)
    for verb in (
        lambda: uploads.find(actor=charlie, upload=upload.pk),
        lambda: proceed(charlie, upload, 0, b"hello"),
        lambda: uploads.complete(actor=charlie, upload=upload.pk),
        lambda: uploads.remove(actor=charlie, upload=upload.pk),
    ):
        with pytest.raises(NotFound):
            verb()
    assert uploads.find(actor=alice, upload=upload.pk).offset == 0


def test_open_uploads_are_bounded(alice, settings):
    settings.CHAT_UPLOADS_OPEN = 2
    first, _ = begin(alice, 5), begin(alice, 5)
    with pytest.raises(RateLimited):
        begin(alice, 5)
    uploads.remove(actor=alice, upload=first.pk)
    begin(alice, 5)


def test_what_was_given_up_is_swept_with_its_bytes(alice, media):
    old, young = begin(alice, 5), begin(alice, 5)
    Upload.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(hours=25))
    lost = uploads.path_of(Upload(user_id=alice.user, name="x", size=1))
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"x")
    os.utime(lost, (0, 0))
    assert uploads.sweep() == 2
    assert [path.name for path in left(media)] == [uploads.path_of(young).name]
    assert uploads.sweep() == 0


def test_an_upload_whose_bytes_are_gone_says_so(alice):
    upload = begin(alice, 5)
    uploads.path_of(upload).unlink()
    with pytest.raises(NotFound):
        proceed(alice, upload, 0, b"hello")


def test_the_system_uploads_nothing():
    with pytest.raises(Forbidden):
        begin(SYSTEM, 5)
