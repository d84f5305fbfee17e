"""Names of ours as other products spell them: ``U0000000042`` for user 42, and a message's ``ts``.

A ``ts`` is "<unix seconds>.<seq, six digits>": the seq makes it unique and increasing in its conversation, whatever the
clock does; the seconds tell apart messages whose seqs end in the same six digits.
"""

import re

_ID = re.compile(r"([A-Z])([0-9]{10})")
_TS = re.compile(r"([0-9]{1,11})\.([0-9]{6})")
#: Seqs that share their last six digits lie this far apart.
STEP = 1_000_000


def spell(letter: str, number: int) -> str:
    """The id of a row: T team, U user, B bot or hook, C channel, G group, D direct, A app, F file."""
    return f"{letter}{number:010d}"


def parse(text: str, letters: str) -> int:
    """The number in an id that begins with one of ``letters``; 0 when it is none."""
    found = _ID.fullmatch(text)
    return int(found[2]) if found and found[1] in letters else 0


def ts_of(seq: int, at: int) -> str:
    """The ts of the message at ``seq``, said at ``at`` (ms)."""
    return f"{at // 1000}.{seq % STEP:06d}"


def parse_ts(text: str) -> tuple[int, int] | None:
    """(Unix seconds, seq modulo STEP), or None when it is no ts."""
    found = _TS.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None
