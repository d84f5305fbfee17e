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
    #: Parts that are fetched when they are first opened.
    later: tuple[str, ...]


@cache
def get_bundle() -> Bundle:
    """The committed bundle. The names are linked as they are: a second hashed name would run a module twice."""
    manifest: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest[ENTRY]
    at_once = _imported(manifest, ENTRY)
    return Bundle(
        script=_address(entry["file"]),
        imports=tuple(_address(manifest[each]["file"]) for each in at_once),
        styles=tuple(_address(each) for each in entry.get("css", [])),
        later=tuple(
            sorted(_address(each["file"]) for key, each in manifest.items() if key != ENTRY and key not in at_once)
        ),
    )


def _imported(manifest: dict[str, Any], key: str) -> list[str]:
    """The chunks that ``key`` imports at once, also by way of others, each once and in the order they are needed."""
    found: list[str] = []
    waiting = list(manifest[key].get("imports", []))
    while waiting:
        each = waiting.pop(0)
        if each not in found and each != key:
            found.append(each)
            waiting.extend(manifest[each].get("imports", []))
    return found


def list_files(bundle: Bundle) -> list[str]:
    """Everything that a page may ask for, the first first."""
    return [bundle.script, *bundle.imports, *bundle.styles, *bundle.later]


def _address(name: str) -> str:
    return f"{settings.STATIC_URL}web/{name}"
