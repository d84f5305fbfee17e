"""Uploads for tests: bytes of pictures, and a short way to store a file."""

import io
import os
from pathlib import Path
from typing import Any

from PIL import Image

from accounts.actor import Actor
from chat.models import File
from chat.services import files


def picture(form: str = "PNG", size: tuple[int, int] = (1000, 500), mode: str = "RGB", **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 3).save(out, form, **options)
    return out.getvalue()


def upload(actor: Actor, content: bytes, name: str = "notes.txt", **options: Any) -> File:
    return files.store(actor=actor, name=name, stream=io.BytesIO(content), **options)


def left(media: Path) -> list[Path]:
    """Every file below the folder."""
    return [Path(folder) / name for folder, _, names in os.walk(media) for name in names]
