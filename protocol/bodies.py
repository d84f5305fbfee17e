"""What any message body may hold, whatever its kind: only what JSON, every client and both databases carry unchanged.

The binary codec could bring bytes, dates and NaN; PostgreSQL refuses the character NUL; JavaScript rounds integers
above 2^53; deep nesting exhausts recursive readers. What a kind's body looks like is decided in ``chat.kinds``.
"""

import math
from typing import Any

from protocol import errors, limits

_LARGEST = 2**53 - 1


def check(body: dict[str, Any]) -> None:
    """Raise BadRequest ``invalid`` with ``details["path"]`` when a value could not be stored or read back the same."""
    waiting: list[tuple[str, Any, int]] = [("body", body, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        if depth > limits.MAX_BODY_DEPTH:
            raise _refused(path, f"A body may be nested {limits.MAX_BODY_DEPTH} deep")
        if isinstance(value, dict):
            for key, inner in value.items():
                if type(key) is not str or "\0" in key:
                    raise _refused(path, "A key must be a string without NUL")
                if type(inner) is str and "\0" not in inner:
                    continue
                waiting.append((f"{path}.{key}", inner, depth + 1))
        elif isinstance(value, list):
            waiting.extend((f"{path}[{index}]", inner, depth + 1) for index, inner in enumerate(value))
        else:
            _check_plain(path, value)


def _check_plain(path: str, value: Any) -> None:
    if value is None or type(value) is bool:
        return
    if type(value) is str:
        if "\0" in value:
            raise _refused(path, "Text may not contain the character NUL")
    elif type(value) is int:
        if not -_LARGEST <= value <= _LARGEST:
            raise _refused(path, "An integer must lie within ±(2^53 - 1)")
    elif type(value) is float:
        if not math.isfinite(value):
            raise _refused(path, "A number must be finite")
    else:
        raise _refused(path, f"A body may not contain {type(value).__name__}")


def _refused(path: str, sentence: str) -> errors.BadRequest:
    return errors.BadRequest(sentence + ".", details={"path": path[:200]})
