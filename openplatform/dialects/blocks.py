"""A card of ours as Block Kit, for programs that read what is in a conversation. The way back is ``posts``."""

from collections.abc import Iterator, Mapping
from typing import Any

from openplatform.dialects import block_kit, mrkdwn

Json = dict[str, Any]


def of_card(body: Mapping[str, Any], *, raw: bool = False) -> list[Json]:
    """The blocks of a card, top to bottom; each has the id of its place. ``raw``: actions under our names."""
    shown: list[Json] = []
    if body.get("title"):
        shown.append({"type": "header", "text": _plain(body["title"][:150])})
    if body.get("text"):
        shown.append({"type": "section", "text": _mrkdwn(body["text"])})
    for block in body.get("blocks", ()):
        shown += _block(block)
    for element in (each for block in shown if not raw for each in block.get("elements", ()) if "action_id" in each):
        element["action_id"] = block_kit.action_id_of(element["action_id"])
    return [{"block_id": each.pop("block_id", f"b{place}"), **each} for place, each in enumerate(shown)]


def text_of(kind: str, body: Mapping[str, Any]) -> str:
    """What a message says in one text, as mrkdwn."""
    if kind == "card":
        words = body.get("fallback") or body.get("text") or body.get("title") or ""
        return mrkdwn.from_markdown(words)
    return mrkdwn.from_markdown(body.get("text") or body.get("caption") or "")


def _block(block: Mapping[str, Any]) -> Iterator[Json]:
    match block.get("type"):
        case "text":
            yield {"type": "section", "text": _mrkdwn(block["text"])}
        case "note":
            yield {"type": "context", "elements": [_mrkdwn(block["text"])]}
        case "fields":
            pairs = [
                f"*{each['label']}*\n{each['text']}" if each["label"] else each["text"] for each in block["fields"]
            ]
            for at in range(0, len(pairs), 10):
                yield {"type": "section", "fields": [_mrkdwn(each) for each in pairs[at : at + 10]]}
        case "divider":
            yield {"type": "divider"}
        case "actions":
            yield {"type": "actions", "elements": [_control(each) for each in block["elements"]]}
        case "form":
            for each in block["elements"]:
                label = each.get("label") or each["action"]
                yield {"type": "input", "block_id": each["action"], "label": _plain(label), "element": _control(each)}


def _control(control: Mapping[str, Any]) -> Json:
    made: Json = {"action_id": control.get("action", "")}
    if control.get("placeholder"):
        made["placeholder"] = _plain(control["placeholder"])
    match control["type"]:
        case "button":
            made |= {"type": "button", "text": _plain(control["text"])}
            made |= {name: control[name] for name in ("value", "style", "url") if control.get(name)}
        case "select" | "multi_select" as kind:
            options = [{"text": _plain(each["text"]), "value": each["value"]} for each in control["options"]]
            chosen = control.get("value") or []
            picked = [each for each in options if each["value"] in ([chosen] if isinstance(chosen, str) else chosen)]
            made |= {"type": "multi_static_select" if kind == "multi_select" else "static_select", "options": options}
            if picked:
                made |= {"initial_options": picked} if kind == "multi_select" else {"initial_option": picked[0]}
        case "date":
            made |= {"type": "datepicker"} | ({"initial_date": control["value"]} if control.get("value") else {})
        case "input":
            made |= {"type": "plain_text_input", "multiline": bool(control.get("multiline"))}
            made |= {"initial_value": control["value"]} if control.get("value") else {}
    return made


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": True}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": mrkdwn.from_markdown(text)}
