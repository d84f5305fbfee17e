"""Processor time of processes: what a thing costs, whatever else the machine does meanwhile."""

import os
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")


def seconds_of(root: int) -> float:
    """Of process ``root`` and everything below it, those that ended and were waited for among them."""
    parents: dict[int, int] = {}
    spent: dict[int, int] = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        pid = int(each.parent.name)
        parents[pid], spent[pid] = int(fields[1]), sum(map(int, fields[11:15]))
    return sum(ticks for pid, ticks in spent.items() if _is_below(pid, root, parents)) / _TICK


def parent_of(pid: int) -> int:
    """The process that started ``pid``."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _is_below(pid: int, root: int, parents: dict[int, int]) -> bool:
    while pid and pid != root:
        pid = parents.get(pid, 0)
    return pid == root
