"""Programs of this machine: where they are, and how they get here when they are missing (apt as root or with sudo)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


class Missing(RuntimeError):
    """A program is not here and could not be installed; the message says what to do."""


def may_install() -> list[str] | None:
    """The words in front of ``apt-get`` when packages may be installed here without a question, otherwise None."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None


def install(*packages: str) -> bool:
    """Install Debian packages; False when that is not possible here."""
    front = may_install()
    if front is None:
        return False
    print(f"  installing {' '.join(packages)} (apt-get) …", flush=True)
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*front, *quiet, *command], check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode and command[0] == "install":
            print(f"  apt-get: {done.stderr.strip()[-400:]}", file=sys.stderr)
            return False
    return True


def find(*names: str, folders: tuple[Path, ...] = ()) -> Path | None:
    """The first of these programs that is on the path or in one of the folders."""
    for name in names:
        for folder in folders:
            if os.access(folder / name, os.X_OK):
                return folder / name
        found = shutil.which(name)
        if found:
            return Path(found)
    return None


def starts(program: Path) -> bool:
    """Whether the program runs at all (on Ubuntu, ``chromium`` may be a note that points to a snap)."""
    try:
        return subprocess.run([program, "--version"], check=False, capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
