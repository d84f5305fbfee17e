"""The embedded form's own secret: made once, kept beside the data, readable by its owner only."""

import os
import secrets
from pathlib import Path


def kept_in(place: Path) -> str:
    """The secret in ``place``. Two processes that start at once agree: the first to link its file in wins."""
    if not place.exists():
        made = place.with_name(f".{place.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64))
        try:
            os.link(made, place)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return place.read_text().strip()
