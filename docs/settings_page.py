"""docs/settings.md, made from ``accounts.settings``."""

import json

import msgspec

from accounts.settings import KNOWN, MAX_BYTES

HEAD = f"""# Settings of a person

Made from `accounts/settings.py`; do not edit by hand.

`GET /api/v1/me/settings` answers what somebody chose, `PUT /api/v1/me/settings/<name>` with `{{"value": …}}` chooses,
null takes the choice back. Every device of the person is told by `setting.changed` in the personal timeline. A value is
replaced as a whole and may have {MAX_BYTES:,} bytes as JSON; unknown names and fields are refused. How one conversation
is treated (muted, starred) is no setting: `PUT /api/v1/conversations/<id>/preferences`.
"""


def rendered() -> str:
    """The page."""
    parts = [HEAD]
    for name, known in KNOWN.items():
        default = json.dumps(msgspec.to_builtins(known.default), ensure_ascii=False)
        schema = msgspec.json.schema(known.shape, ref_template="{name}")
        shapes = schema.pop("$defs", {})
        meaning = " ".join(known.meaning.split())
        parts.append(f"## `{name}`\n\n{meaning}\n\nBy default `{default}`. Shape: {_shape(schema)}\n")
        parts += [_fields(each["title"], each) for each in shapes.values()]
    return "\n".join(parts)


def _fields(title: str, schema: dict[str, object]) -> str:
    properties: dict[str, dict[str, object]] = schema["properties"]  # type: ignore[assignment]
    required = schema.get("required", [])
    rows = [f"`{title}`:\n", "| field | shape | by default |", "|---|---|---|"]
    for name, each in properties.items():
        told = "needed" if name in required else _default(each)  # type: ignore[operator]
        rows.append(f"| `{name}` | {_shape(each)} | {told} |")
    return "\n".join([*rows, ""])


def _default(schema: dict[str, object]) -> str:
    return f"`{json.dumps(schema['default'], ensure_ascii=False)}`" if "default" in schema else "see above"


def _shape(schema: dict[str, object]) -> str:
    """A JSON Schema in a few words."""
    if "$ref" in schema:
        return f"`{schema['$ref']}`"
    if "enum" in schema:
        return " or ".join(f"`{each}`" for each in schema["enum"])  # type: ignore[attr-defined]
    if "anyOf" in schema:
        return " or ".join(_shape(each) for each in schema["anyOf"])  # type: ignore[attr-defined]
    words = str(schema.get("type", "anything"))
    if "items" in schema:
        words += f" of {_shape(schema['items'])}"  # type: ignore[arg-type]
    bounds = [f"{label} {schema[key]}" for key, label in _BOUNDS.items() if key in schema]
    return f"{words} ({', '.join(bounds)})" if bounds else words


_BOUNDS = {
    "minimum": "from",
    "maximum": "to",
    "minLength": "characters from",
    "maxLength": "characters to",
    "minItems": "at least",
    "maxItems": "at most",
    "description": "that is:",
}
