"""Thumbnails: small, upright, and silent about camera and place."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from accounts.actor import Actor
from chat import attachments
from chat.services import pictures
from chat.tests.rows import person
from chat.tests.uploads import left, picture, upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def alice() -> Actor:
    return Actor(user=person("alice").pk, name="Alice")


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


def test_only_four_decoders_are_ever_opened():
    assert set(pictures.DECODERS.values()) == {"PNG", "JPEG", "GIF", "WEBP"}
