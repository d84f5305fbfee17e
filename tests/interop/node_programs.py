"""Programs for Node beside this file: their packages as the lock file names them, and how one is run."""

import os
import subprocess
from pathlib import Path

from tests.services import programs

FOLDER = Path(__file__).parent / "node"


def environment() -> dict[str, str]:
    """With a Node that is new enough, and its packages installed."""
    found = programs.node()
    assert found is not None, "no Node that is new enough"
    env = {**os.environ, "PATH": f"{found}{os.pathsep}{os.environ['PATH']}"}
    lock, done = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        command = [str(found / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(command, cwd=FOLDER, env=env, check=True, capture_output=True, timeout=240)
    return env


def start(name: str, *arguments: str) -> "subprocess.Popen[str]":
    """A program, with what it says to be read."""
    return subprocess.Popen(
        ["node", f"{name}.mjs", *arguments],
        cwd=FOLDER,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(name: str, *arguments: str) -> str:
    """What a program says until it ends well."""
    process = start(name, *arguments)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    return said
