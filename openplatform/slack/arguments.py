"""The arguments of a call, from wherever a client puts them: query, form and JSON body alike, on GET and POST.

Synchronous Python sends forms and JSON, asynchronous Python the query even on POST, Node forms in which lists and
objects are JSON texts, and whoever has no arguments an empty body that calls itself JSON.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from openplatform import conf
from openplatform.slack.problems import SlackError

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_YES, _NO = frozenset({"1", "true", "True", "yes"}), frozenset({"", "0", "false", "False", "no"})


class Arguments:
    """What was sent, read as the type that is wanted. A value of another type is refused with its name."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = dict(given)

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers are taken as one."""
        value = self.given.get(name)
        if value is None:
            return default
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise _refused(name)
        return value.replace("\x00", "")

    def needed(self, name: str, word: str = "invalid_arguments") -> str:
        """A text that must be there; otherwise the call fails with ``word``."""
        found = self.text(name).strip()
        if not found:
            raise SlackError(word, response_metadata={"messages": [f"[ERROR] missing required field: {name}"]})
        return found

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A truth, in any of the spellings."""
        value = self.given.get(name)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        if str(value) in _YES | _NO:
            return str(value) in _YES
        raise _refused(name)

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number from 1 to ``most``; more is cut."""
        value = self.text(name).strip()
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) > 0):
            raise SlackError(f"invalid_{name}")
        return min(int(value), most)

    def json(self, name: str) -> Any:
        """A list or object, or a JSON text of one; None when there is none."""
        value = self.given.get(name)
        if isinstance(value, str):
            if not value.strip():
                return None
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                raise SlackError(f"invalid_{name}" if name in ("blocks", "attachments") else "invalid_json") from None
        return value

    def names(self, name: str) -> list[str]:
        """A list, or a text with commas."""
        value = self.given.get(name)
        if isinstance(value, str) and value.lstrip().startswith("["):
            value = self.json(name)
        if value is None:
            return []
        if isinstance(value, str):
            value = value.split(",")
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise _refused(name)
        return list(dict.fromkeys(each.strip() for each in value if each.strip()))


def read(request: HttpRequest) -> Arguments:
    """All arguments of a request. Raises SlackError invalid_json, json_not_object, request_too_large."""
    found: dict[str, Any] = dict(request.GET.items())
    if request.method != "POST":
        return Arguments(found)
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > conf.get().api_max_body:
        raise SlackError("request_too_large")
    if request.content_type in _FORMS:
        found |= dict(request.POST.items())
    elif raw := request.body.strip():
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            raise SlackError("invalid_json") from None
        if not isinstance(told, dict):
            raise SlackError("json_not_object")
        found |= told
    return Arguments(found)


def _refused(name: str) -> SlackError:
    return SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] wrong type of {name}"]})
