"""What asks in Block Kit → controls of our cards and dialogs, and the names of actions both ways. Pure.

Ours have names that are unique in a card; Slack's ``action_id`` need not be, and may hold anything: what is no name of ours
is spelled in hexadecimal, and a name that comes again gets a number.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
Words = Callable[[Any], str]

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,58}")
_AGAIN = re.compile(r":[0-9]+\Z")
_HEX = "hex."
_URL = re.compile(r"https?://[^\s()<>]{1,1900}")
SELECTS = {"static_select": "select", "overflow": "select", "radio_buttons": "select"}
INPUTS = frozenset({"plain_text_input", "email_text_input", "url_text_input", "number_input"})
MANY = {"multi_static_select": "multi_select", "checkboxes": "multi_select"}


class Unusable(ValueError):
    """A part that asks cannot be shown; says which."""


def name_of(action_id: str, taken: Mapping[str, Any]) -> str:
    """Our name of an action. Raises Unusable when it is too long to be spelled."""
    base = action_id or "action"
    if not _NAME.fullmatch(base) or base.startswith(_HEX):
        base = _HEX + base.encode().hex()
    if len(base) > 60:
        raise Unusable("action_id")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}:{number}"
    return name


def action_id_of(name: str) -> str:
    """The ``action_id`` behind a name of ours."""
    base = _AGAIN.sub("", name)
    try:
        return bytes.fromhex(base.removeprefix(_HEX)).decode() if base.startswith(_HEX) else base
    except ValueError:
        return base


def control(element: Any, words: Words, taken: dict[str, Any]) -> Json | None:
    """A control of ours, its name put into ``taken``; None for what has none here. Raises Unusable."""
    if not isinstance(element, Mapping):
        return None
    kind = str(element.get("type"))
    if kind == "button":
        made = _button(element, words)
        if "url" in made:
            return made
    elif kind in SELECTS or kind in MANY:
        made = _select(element, kind, words)
    elif kind == "datepicker":
        made = {"type": "date", "value": _text(element, "initial_date")}
    elif kind in INPUTS:
        made = _input(element)
    else:
        return None
    if not made:
        return None
    if kind not in ("button", "datepicker"):
        made["placeholder"] = words(element.get("placeholder"))[:80]
    name = name_of(_text(element, "action_id"), taken)
    taken[name] = element
    return {**{key: value for key, value in made.items() if value not in ("", False)}, "action": name}


def _button(element: Mapping[str, Any], words: Words) -> Json:
    made: Json = {"type": "button", "text": " ".join(words(element.get("text")).split())[:80] or "…"}
    if element.get("style") in ("primary", "danger"):
        made["style"] = element["style"]
    if _URL.fullmatch(_text(element, "url")):
        return {**made, "url": element["url"]}
    made["value"] = _text(element, "value")[:500]
    confirm = element.get("confirm")
    asked = words(confirm.get("text"))[:300] if isinstance(confirm, Mapping) else ""
    if asked and isinstance(confirm, Mapping):
        made["confirm"] = {"text": asked, "title": words(confirm.get("title"))[:80]}
    return made


def _select(element: Mapping[str, Any], kind: str, words: Words) -> Json:
    options = [_option(each, words) for each in _options(element)]
    if not options:
        return {}
    made: Json = {"type": SELECTS.get(kind) or MANY[kind], "options": options[:100]}
    if chosen := [_text(each, "value") for each in _chosen(element)]:
        made["value"] = chosen if kind in MANY else chosen[0]
    return made


def _input(element: Mapping[str, Any]) -> Json:
    made: Json = {"type": "input", "multiline": element.get("multiline") is True}
    made["value"] = _text(element, "initial_value")[:3000]
    if isinstance(element.get("max_length"), int) and 0 < element["max_length"] <= 3000:
        made["max_length"] = element["max_length"]
    return made


def modal_of(view: Any, words: Words, shown: Callable[[Any], list[Json]]) -> Json:
    """A dialog of ours from a modal view. ``shown``: blocks that ask nothing. Raises Unusable.

    Its state keeps what Slack's view knows and ours does not: private metadata, and of each field where it stood.
    """
    if not isinstance(view, Mapping) or view.get("type") != "modal" or not isinstance(view.get("blocks"), list):
        raise Unusable("view")
    blocks: list[Json] = []
    fields: dict[str, list[str]] = {}
    taken: dict[str, Any] = {}
    for place, block in enumerate(view["blocks"]):
        if not isinstance(block, Mapping):
            raise Unusable("blocks")
        if block.get("type") != "input":
            blocks += shown(block)
            continue
        made = control(block.get("element"), words, taken)
        if made is None or made["type"] == "button":
            raise Unusable("element")
        label = " ".join(words(block.get("label")).split())[:80]
        blocks.append({**made, "label": label, **({} if block.get("optional") is True else {"required": True})})
        fields[made["action"]] = [_text(block, "block_id") or f"b{place}", str(block["element"]["type"])]
    state = {"m": _text(view, "private_metadata"), "c": _text(view, "callback_id"), "f": fields}
    packed = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    if len(packed) > 3000:
        raise Unusable("private_metadata")
    return {
        "title": " ".join(words(view.get("title")).split())[:80] or "…",
        "action": name_of(_text(view, "callback_id") or "view", {}),
        "blocks": blocks[:50] or [{"type": "divider"}],
        "submit": words(view.get("submit"))[:80] or ("Submit" if fields else ""),
        "close": words(view.get("close"))[:80],
        "state": packed,
        "tell_closed": view.get("notify_on_close") is True,
    }


def view_of(number: int, body: Mapping[str, Any], values: Mapping[str, Any], *, app: str, bot: str, team: str) -> Json:
    """A dialog as Slack's view, with what was put into its fields."""
    state = state_of(body)
    entered: dict[str, Json] = {}
    for name, value in values.items():
        block, kind = state["f"].get(name, [name, "plain_text_input"])
        entered.setdefault(block, {})[action_id_of(name)] = entry(kind, value, _field(body, name))
    title = {"type": "plain_text", "text": body.get("title", ""), "emoji": True}
    return {
        "id": f"V{number:010d}",
        "root_view_id": f"V{number:010d}",
        "previous_view_id": None,
        "team_id": team,
        "app_id": app,
        "bot_id": bot,
        "type": "modal",
        "callback_id": state["c"],
        "private_metadata": state["m"],
        "external_id": "",
        "hash": str(number),
        "title": title,
        "submit": {**title, "text": body["submit"]} if body.get("submit") else None,
        "close": {**title, "text": body["close"]} if body.get("close") else None,
        "blocks": [],
        "clear_on_close": False,
        "notify_on_close": bool(body.get("tell_closed")),
        "state": {"values": entered},
    }


def entry(kind: str, value: Any, field: Mapping[str, Any]) -> Json:
    """What was entered or chosen, as Slack tells it; ``field``: the control of ours, for the words of its options."""
    told = {each["value"]: each["text"] for each in field.get("options", ())}

    def option(chosen: str) -> Json:
        return {"text": {"type": "plain_text", "text": told.get(chosen, chosen), "emoji": True}, "value": chosen}

    if kind in SELECTS:
        return {"type": kind, "selected_option": option(value) if value else None}
    if kind in MANY:
        return {"type": kind, "selected_options": [option(each) for each in value or ()]}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or None}
    return {"type": kind, "value": value or None}


def state_of(body: Mapping[str, Any]) -> Json:
    """What ``modal_of`` kept; of a dialog that was no view: nothing."""
    try:
        found = json.loads(body.get("state") or "")
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("f"), dict):
        return {"m": body.get("state") or "", "c": body.get("action") or "", "f": {}}
    return {"m": "", "c": "", **found}


def _field(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return next((each for each in body.get("blocks", ()) if each.get("action") == name), {})


def _options(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = element.get("options")
    if not isinstance(found, list) and isinstance(element.get("option_groups"), list):
        groups = [each.get("options") for each in element["option_groups"] if isinstance(each, Mapping)]
        found = [option for options in groups if isinstance(options, list) for option in options]
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def _chosen(element: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    several = element.get("initial_options")
    one = element.get("initial_option")
    return [each for each in (several if isinstance(several, list) else [one]) if isinstance(each, Mapping)]


def _option(given: Mapping[str, Any], words: Words) -> Json:
    value = _text(given, "value")[:500]
    return {"text": " ".join(words(given.get("text")).split())[:80] or value[:80] or "…", "value": value or "…"}


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else ""
