"""Ends what a test run started, even when the run itself is killed: a small process waits for its parent's pipe to close."""

import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

# Told over stdin: "+pid", "-pid", "folder path". End of file means that the parent is gone, however it went.
_WATCH = """
import os, shutil, signal, sys, time
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.SIG_IGN)
pids, folders = set(), []
for line in sys.stdin:
    line = line.rstrip("\\n")
    if line[0] == "+": pids.add(int(line[1:]))
    elif line[0] == "-": pids.discard(int(line[1:]))
    else: folders.append(line[7:])
def send(pid, number):
    try: os.kill(pid, number)
    except OSError: return False
    return True
for pid in pids: send(pid, signal.SIGINT)
end = time.monotonic() + 5
while time.monotonic() < end and any(send(pid, 0) for pid in pids): time.sleep(0.05)
for pid in pids: send(pid, signal.SIGKILL)
for folder in folders: shutil.rmtree(folder, ignore_errors=True)
"""


class Keeper:
    """Owns processes and folders until ``close``; its watcher does the same work if that is never reached."""

    def __init__(self) -> None:
        self._watcher = subprocess.Popen(
            [sys.executable, "-c", _WATCH], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        self._processes: list[subprocess.Popen[Any]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _tell(self, line: str) -> None:
        assert self._watcher.stdin is not None
        self._watcher.stdin.write(line + "\n")
        self._watcher.stdin.flush()

    def start(self, command: list[str], **options: Any) -> subprocess.Popen[Any]:
        """Start ``command`` so that it ends no later than this process."""
        process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)
        self._processes.append(process)
        self._tell(f"+{process.pid}")
        return process

    def stop(self, process: subprocess.Popen[Any], *, number: int = signal.SIGINT, wait: float = 10) -> None:
        """End one process, politely first, and collect it."""
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process in self._processes:
            self._processes.remove(process)
            self._tell(f"-{process.pid}")

    def own(self, folder: Path) -> Path:
        """Remove ``folder`` at the end."""
        self._tell(f"folder {folder}")
        return folder

    def close(self) -> None:
        """End everything, last started first; folders go when the watcher goes."""
        for process in reversed(list(self._processes)):
            self.stop(process)
        assert self._watcher.stdin is not None
        if not self._watcher.stdin.closed:
            self._watcher.stdin.close()
        self._watcher.wait(20)
