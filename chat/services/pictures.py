"""Pictures: whether bytes are a whole one, how large it is, and a thumbnail without what a camera writes about its owner.

The bytes come from anybody: only four decoders are opened, the pixels are counted before any is decoded.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from chat import conf
from protocol import errors

#: media type -> the Pillow decoder that may open it.
DECODERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
#: WebP at 80: a 480-pixel photo takes about 25 KB and shows no blocks.
_QUALITY = 80
#: What decoders raise at bytes that are no picture.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, TypeError, UnidentifiedImageError)


@dataclass(frozen=True, slots=True)
class Picture:
    """Width and height as it is shown, that is after the camera's orientation."""

    width: int
    height: int


def inspect(path: Path, media_type: str, thumbnail: Path) -> Picture:
    """Check the picture and write its thumbnail (first frame). Raises BadRequest: invalid when broken, or too_large."""
    decoder = [DECODERS[media_type]]
    try:
        with Image.open(path, formats=decoder) as image:
            _bounded(image)
            image.verify()
        with Image.open(path, formats=decoder) as image:
            return _shrink(image, thumbnail)
    except Image.DecompressionBombError:
        raise _too_many() from None
    except MemoryError:
        raise _too_many() from None
    except _BROKEN:
        raise errors.BadRequest("This picture is damaged or not what it says.", details={"path": "file"}) from None


def square(stream: BinaryIO, target: Path) -> None:
    """A picture's middle as a square WebP of ``conf.AVATAR_PIXELS``, without what a camera writes. Raises BadRequest."""
    try:
        with Image.open(stream, formats=list(DECODERS.values())) as image:
            _bounded(image)
            side = conf.AVATAR_PIXELS
            image.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(image)
            clear = "A" in upright.getbands() or "transparency" in upright.info
            small = ImageOps.fit(upright.convert("RGBA" if clear else "RGB"), (side, side), Image.Resampling.LANCZOS)
            small.info.clear()
            small.save(target, "WEBP", quality=_QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    except (Image.DecompressionBombError, MemoryError):
        raise _too_many() from None
    except _BROKEN:
        raise errors.BadRequest(
            "This is no PNG, JPEG, GIF or WebP picture.", code="invalid", details={"path": "file"}
        ) from None


def _bounded(image: Image.Image) -> None:
    if image.width * image.height > conf.IMAGE_MAX_PIXELS:
        raise _too_many()


def _too_many() -> errors.BadRequest:
    limit = conf.IMAGE_MAX_PIXELS
    return errors.BadRequest(
        f"A picture may have {limit // 1_000_000} million pixels.",
        code="too_large",
        details={"path": "file", "limit": limit},
    )


def _shrink(image: Image.Image, target: Path) -> Picture:
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    shown = Picture(*((image.height, image.width) if turned else image.size))
    side = conf.THUMBNAIL_PIXELS
    image.draft("RGB", (side, side))  # a JPEG decodes at an eighth of its size at once
    upright = ImageOps.exif_transpose(image)
    clear = "A" in upright.getbands() or "transparency" in upright.info
    small = upright.convert("RGBA" if clear else "RGB")
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    small.info.clear()
    small.save(target, "WEBP", quality=_QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return shown
