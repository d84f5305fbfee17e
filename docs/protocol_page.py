"""docs/protocol.md from the schema, the running text of protocol_intro.md, the vectors and the kept measurements."""

import json
import re
from pathlib import Path
from typing import Any

import msgspec

from protocol.codec import JSON, MSGPACK
from protocol.errors import CloseCode
from protocol.frames import TypingStart
from tests.vectors.samples_events import HELLO

HERE = Path(__file__).parent


def rendered(schema: dict[str, Any]) -> str:
    """The whole page."""
    parts = [
        _intro(schema),
        _errors(schema),
        _closes(schema),
        _encodings(),
        _measured(),
        _versions(),
        _section("Requests", "What a client may send.", schema["frames"]),
        _section("Server frames", "Answers, and what the server sends by itself.", schema["replies"]),
        _section(
            "Events", "Facts, inside `events`, `timeline.entries`, `timeline.page` and `inbox.page`.", schema["events"]
        ),
        _section(
            "Shapes", "Values inside the above; in MessagePack an array of the fields without a code.", schema["shapes"]
        ),
    ]
    return "\n".join(parts)


def _intro(schema: dict[str, Any]) -> str:
    text = (HERE / "protocol_intro.md").read_text(encoding="utf-8")
    limits = schema["limits"]
    return text.format(
        **limits,
        binary=schema["subprotocols"]["msgpack"],
        json=schema["subprotocols"]["json"],
        too_fast=int(CloseCode.TOO_FAST),
        acks_missed=int(CloseCode.ACKS_MISSED),
        silent_after=limits["heartbeat_seconds"] + limits["heartbeat_grace_seconds"],
    )


def _errors(schema: dict[str, Any]) -> str:
    rows = "\n".join(f"| `{code}` | {meaning} |" for code, meaning in schema["errors"].items())
    return f"""## Errors

An [`error`](#error) bears the `id` of the request (0 when it could not be read), a code from this table, a sentence, and
sometimes `retry_after` and `details`. Codes that you do not know: treat as final for this request.

| code | meaning |
|---|---|
{rows}
"""


def _closes(schema: dict[str, Any]) -> str:
    rows = "\n".join(
        f"| {code} | `{each['name']}` | {'yes' if each['reconnect'] else '**no**'} | {each['about']} |"
        for code, each in schema["closes"].items()
    )
    return f"""## Close codes

4000–4099: reconnect with back-off and resume. 4100–4199: reconnect after the cause is gone (a pause, a fresh token).
4400–4499: do not reconnect, the same attempt will fail again. 1000, 1001, 1006, 1011, 1012 and 1013 of RFC 6455 count
as 4000–4099.

| code | name | reconnect | what happened |
|---|---|---|---|
{rows}
"""


def _hex(raw: bytes) -> str:
    return raw.hex(" ")


def _byte_rows(value: msgspec.Struct) -> str:
    """One line per item of the array form."""
    items = msgspec.msgpack.decode(MSGPACK.encode(value))
    names = ["(code)", *value.__struct_fields__]
    head = MSGPACK.encode(value)[: 1 if len(items) < 16 else 3]
    rows = [f"{_hex(head):<48} array of {len(items)}"]
    for name, item in zip(names, items, strict=True):
        shown = json.dumps(item, ensure_ascii=False)
        packed = _hex(msgspec.msgpack.encode(item))
        if len(packed) > 46:
            packed = packed[:43] + "…"
        rows.append(f"{packed:<48} {name} = {shown}")
    return "\n".join(rows)


def _encodings() -> str:
    typing = TypingStart(id=18, conversation=7)
    return f"""## The two encodings

JSON: an object with `type` and the fields; fields with their default value are left out. Map keys are strings.

MessagePack: an array of the type's code and its fields in the order of the tables below; all are sent, and a shorter array
means defaults for the rest. Maps have integer keys where the table says `map[int, …]`. An event inside a frame is
such an array too; a shape is an array without a code. Bodies are maps of JSON-safe values: no bytes, no dates, no NaN,
integers within ±(2^53 − 1), at most 16 deep.

`typing.start` in conversation 7:

```
{JSON.encode(typing).decode()}
{_byte_rows(typing)}
```

`message.created`, {len(JSON.encode(HELLO))} bytes of JSON, {len(MSGPACK.encode(HELLO))} of MessagePack:

```
{JSON.encode(HELLO).decode()}
{_byte_rows(HELLO)}
```
"""


def _measured() -> str:
    kept = json.loads((HERE / "measured" / "codecs.json").read_text(encoding="utf-8"))
    rows = "\n".join(
        f"| {row['what']} | {row['json']['bytes']} | {row['msgpack']['bytes']}"
        f" | {row['json']['encode']:.1f} / {row['json']['decode']:.1f}"
        f" | {row['msgpack']['encode']:.1f} / {row['msgpack']['decode']:.1f} |"
        for row in kept["rows"]
    )
    return f"""### Sizes and times

Measured on {kept["day"]} ({kept["machine"]}) by `python -m docs.measure_codecs`, in the server's codec; times are
microseconds to encode / decode.

| what | JSON bytes | MessagePack bytes | JSON µs | MessagePack µs |
|---|---|---|---|---|
{rows}
"""


def _versions() -> str:
    return """## Versions

`hello.version` names one protocol version; a server that does not speak it answers `unsupported_version` with
`details.supported` and closes. Within a version only these things may happen: a new request, server frame, event or
error code; a new field **at the end** of an existing type, with a default that means "as before"; a new capability in
`welcome`. Codes, names, orders and meanings never change; a field is never taken away. So an old client works with a
new server, and a new client asks for what `welcome.capabilities` lists before it uses it.
"""


def _prose(about: str) -> str:
    text = about.replace("``", "`")
    return re.sub(r"`([a-z]+\.[a-z]+)`", lambda found: f"[`{found[1]}`](#{found[1].replace('.', '')})", text)


def _type(kind: Any) -> str:
    if isinstance(kind, str):
        return kind
    [(word, inner)] = kind.items()
    match word:
        case "list":
            return f"list[{_type(inner)}]"
        case "map":
            return f"map[{_type(inner[0])}, {_type(inner[1])}]"
        case "optional":
            return f"{_type(inner)} or null"
        case "shape":
            return f"[{inner}](#{inner.lower()})"
        case _:
            return f"[{inner}](#{inner.replace('.', '')})"


def _bounds(field: dict[str, Any]) -> str:
    found = field.get("limits", {})
    words = []
    if "max_length" in found:
        least = f"{found['min_length']}–" if found.get("min_length") else "≤ "
        words.append(f"{least}{found['max_length']} {'items' if isinstance(field['type'], dict) else 'characters'}")
    if "le" in found and found["le"] < 2**53 - 1:
        words.append(f"{found['ge']}–{found['le']}")
    return ", ".join(words)


def _one(each: dict[str, Any]) -> str:
    title = each.get("type", each["name"])
    notes = [f"code {each['code']}"] if "code" in each else []
    if "durable" in each:
        notes.append("durable" if each["durable"] else "ephemeral")
        notes.append(
            {"conversation": "of a conversation", "personal": "in your personal timeline", "session": "to a session"}[
                each["scope"]
            ]
        )
    rows = "\n".join(
        f"| `{field['name']}` | {_type(field['type'])}"
        f" | {'required' if field.get('required') else '`' + json.dumps(field['default']) + '`'} | {_bounds(field)} |"
        for field in each["fields"]
    )
    table = f"\n| field | type | default | limits |\n|---|---|---|---|\n{rows}\n" if rows else ""
    suffix = f" ({', '.join(notes)})" if notes else ""
    return f"### {title}\n\n{_prose(each['about'])}{suffix}\n{table}"


def _section(title: str, sentence: str, shapes: list[dict[str, Any]]) -> str:
    return f"## {title}\n\n{sentence}\n\n" + "\n".join(_one(each) for each in shapes)
