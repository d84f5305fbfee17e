#!/usr/bin/env python3
"""Makes the virtual environment and installs what the given requirement files pin, by hash; does nothing when unchanged.

Usage: python3 deploy/environment.py FOLDER requirements.txt [more.txt …]. Needs nothing but Python 3.11 or newer, and
says what is missing otherwise. Runs before anything is installed: the standard library is all it may import.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)


def newest_python() -> None:
    """Go on under a newer Python when the one that was called is too old; say so when there is none."""
    if sys.version_info >= OLDEST:
        return
    for minor in range(14, OLDEST[1] - 1, -1):
        other = shutil.which(f"python3.{minor}")
        if other:
            os.execv(other, [other, *sys.argv])  # noqa: S606 - the same script, no shell wanted
    sys.exit(
        f"Parley needs Python 3.{OLDEST[1]} or newer; python3 here is 3.{sys.version_info[1]}."
        " Debian 12 and Ubuntu 24.04 have it: apt-get install python3 python3-venv"
    )


def make(folder: Path) -> None:
    """A virtual environment with pip, by whatever this machine offers for it."""
    print(f"Making the virtual environment {folder} …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    package = f"python3.{sys.version_info[1]}-venv"
    if not works([sys.executable, "-c", "import ensurepip, venv"]):
        install_debian(package, "python3-venv")
    if works([sys.executable, "-m", "venv", str(folder)]):
        return
    shutil.rmtree(folder, ignore_errors=True)
    if shutil.which("uv"):
        subprocess.run(["uv", "venv", "--quiet", "--seed", "--python", sys.executable, folder], check=True)
        return
    sys.exit(
        f"This Python cannot make virtual environments (python3 -m venv {folder} failed)."
        f" On Debian or Ubuntu run as root: apt-get install {package}"
    )


def works(command: "list[str]") -> bool:
    """Whether a command is there and ends well; what it says is nobody's business."""
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def install_debian(*packages: str) -> None:
    """Try each package name until one installs: as root, or with sudo when that asks no question."""
    front: list[str] = []
    if os.geteuid() != 0:
        front = ["sudo", "-n"]
    if not shutil.which("apt-get") or (front and not (shutil.which("sudo") and works([*front, "true"]))):
        return
    print(f"Installing {packages[0]} (apt-get) …", flush=True)
    apt = [*front, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    works([*apt, "update"])
    for package in packages:
        if works([*apt, "install", "-y", package]):
            return


def pinned(files: "list[Path]") -> int:
    """How many packages the files pin, about."""
    return len({line.split("==")[0] for file in files for line in file.read_text().splitlines() if "==" in line})


def install(python: Path, files: "list[Path]") -> None:
    """Install by hash, showing how far it is; the whole of pip's words when it fails."""
    total = pinned(files)
    names = ", ".join(map(str, files))
    print(f"Installing {total} packages from {names} (once; about a minute) …", flush=True)
    command = [str(python), "-m", "pip", "install", "--require-hashes", "--prefer-binary", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar=off"]
    for file in files:
        command += ["-r", str(file)]
    words: list[str] = []
    seen, shown = 0, time.monotonic()
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            words.append(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied"))
            if line.startswith("Installing collected"):
                print("  unpacking …", flush=True)
            elif time.monotonic() - shown > 4:
                shown = time.monotonic()
                print(f"  {seen} fetched", flush=True)
    if pip.returncode:
        sys.exit("".join(words[-40:]) + f"\npip could not install {names}")


def main(folder: Path, files: "list[Path]") -> None:
    """Bring ``folder`` in step with the files; a stamp holds what was installed last."""
    newest_python()
    python = folder / "bin" / "python"
    wanted = hashlib.sha256(b"".join(file.read_bytes() for file in files) + str(folder.resolve()).encode()).hexdigest()
    stamp = folder / (".installed-" + "-".join(file.stem for file in files))
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    if (
        not python.exists()
        or subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode
    ):
        make(folder)
    install(python, files)
    stamp.write_text(wanted)


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
