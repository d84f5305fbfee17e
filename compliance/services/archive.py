"""One ZIP file with a manifest: SHA-256 and size of every part, written last. What is missing or changed is found by it."""

import hashlib
import json
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from chat.models import File

MANIFEST = "manifest.json"


class Archive:
    """The growing file; ``about`` stands in the manifest. It appears under its name only when it is whole."""

    def __init__(self, place: Path, about: dict[str, Any]) -> None:
        self._place, self._about = place, about
        self._unfinished = place.with_name(place.name + ".unfinished")
        self._unfinished.touch(mode=0o600)
        self._zip = zipfile.ZipFile(self._unfinished, "w", zipfile.ZIP_DEFLATED)
        self._parts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        """A part, piece by piece."""
        digest, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                digest.update(piece)
                size += len(piece)
                part.write(piece)
        self._parts[name] = {"sha256": digest.hexdigest(), "bytes": size}

    def add_json(self, name: str, value: object) -> None:
        """A part of JSON."""
        self.add(name, [json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()])

    def add_file(self, file: File) -> None:
        """An upload, under its id; a missing one is named in the manifest."""
        name, path = f"files/{file.pk}", settings.MEDIA_ROOT / file.path
        if name in self._parts:
            return
        try:
            with path.open("rb") as source:
                self.add(name, iter(lambda: source.read(1 << 20), b""))
        except FileNotFoundError:
            self._parts[name] = {"missing": True}
        self._parts[name]["name"] = file.name

    def finish(self) -> str:
        """Write the manifest and close. The SHA-256 of the whole file."""
        manifest = {**self._about, "parts": self._parts}
        self._zip.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
        self._zip.close()
        with self._unfinished.open("rb") as whole:
            digest = hashlib.file_digest(whole, "sha256").hexdigest()
        self._unfinished.replace(self._place)
        return digest


def check(place: Path) -> list[str]:
    """What is wrong with an archive: parts that are missing, changed, or not in the manifest."""
    wrong = []
    with zipfile.ZipFile(place) as archive:
        told = json.loads(archive.read(MANIFEST))["parts"]
        there = set(archive.namelist()) - {MANIFEST}
        for name, facts in told.items():
            if facts.get("missing"):
                continue
            if name not in there:
                wrong.append(f"{name} is missing")
            elif hashlib.sha256(archive.read(name)).hexdigest() != facts["sha256"]:
                wrong.append(f"{name} was changed")
        wrong += [f"{name} is not in the manifest" for name in sorted(there - told.keys())]
    return wrong
