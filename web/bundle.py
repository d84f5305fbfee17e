"""Where the browser client's built files are, read from the manifest that its build wrote beside them."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

FOLDER = Path(__file__).resolve().parent / "static" / "web"
ENTRY = "src/main.tsx"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Addresses of the entry script, of what it imports at once, and of the styles."""

    script: str
    imports: tuple[str, ...]
    styles: tuple[str, ...]


@cache
def get_bundle() -> Bundle:
    """The committed bundle. The names are linked as they are: a second hashed name would run a module twice."""
    manifest: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest[ENTRY]
    return Bundle(
        script=_address(entry["file"]),
        imports=tuple(_address(manifest[each]["file"]) for each in entry.get("imports", [])),
        styles=tuple(_address(each) for each in entry.get("css", [])),
    )


def _address(name: str) -> str:
    return f"{settings.STATIC_URL}web/{name}"
