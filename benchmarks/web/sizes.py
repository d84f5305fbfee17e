"""Bytes: what the first load transfers, the widget's file, and the kit's core; compressed as a server would."""

import gzip
import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
BUNDLE = ROOT / "web/static/web"
ENTRY = "src/main.tsx"


def compressed(path: Path) -> int:
    """Bytes after gzip -9, which is what caches and proxies send."""
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def first_load(bundle: Path = BUNDLE, entry: str = ENTRY) -> dict[str, int]:
    """File by file, the entry with everything it imports at once and its styles. Chunks loaded later do not count."""
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    found: dict[str, int] = {}
    waiting = [entry]
    while waiting:
        chunk = manifest[waiting.pop()]
        for name in [chunk["file"], *chunk.get("css", [])]:
            found[name] = compressed(bundle / name)
        waiting += [each for each in chunk.get("imports", []) if manifest[each]["file"] not in found]
    return found


def core() -> int | None:
    """The kit's core as one minified script, in bytes compressed; None when there is no Node to bundle it.

    A script, because of a module Vite keeps the white space.
    """
    vite = ROOT / "web/client/node_modules/vite/dist/node/index.js"
    if not vite.exists():
        return None
    with tempfile.TemporaryDirectory(prefix="parley-core-") as folder:
        code = (
            f"const {{ build }} = await import({json.dumps(vite.as_uri())});"
            f"await build({{ configFile: false, logLevel: 'silent', root: {json.dumps(str(ROOT / 'sdk/js'))}, build: {{"
            f" lib: {{ entry: 'src/index.ts', formats: ['iife'], name: 'core', fileName: 'core' }},"
            f" outDir: {json.dumps(folder)}, target: 'es2022', minify: true, reportCompressedSize: false }} }});"
        )
        env = {**os.environ, "NODE_ENV": "production"}
        subprocess.run(["node", "--input-type=module", "-e", code], check=True, cwd=ROOT / "sdk/js", env=env)
        made = [each for each in Path(folder).iterdir() if each.suffix in {".js", ".mjs"}]
        return sum(compressed(each) for each in made)


def widget() -> int | None:
    """The widget's one file, compressed; None while there is none."""
    found = [
        *BUNDLE.glob("widget*.js"),
        *(ROOT / "sdk/js").glob("dist/*widget*.js"),
        *(ROOT / "web/static").glob("*/parley-widget*.js"),
    ]
    return compressed(found[0]) if found else None
