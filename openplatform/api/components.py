"""The shapes that the OpenAPI schema mentions, gathered while resources are imported."""

from typing import Any

import msgspec

_known: set[type[msgspec.Struct]] = set()
TEMPLATE = "#/components/schemas/{name}"


def ref(shape: type[msgspec.Struct]) -> dict[str, str]:
    """A reference to ``shape``, which from now on is one of the schema's components."""
    _known.add(shape)
    return {"$ref": TEMPLATE.format(name=shape.__name__)}


def get_components() -> dict[str, Any]:
    """JSON Schemas of all shapes mentioned and of those inside them, by class name."""
    found = msgspec.json.schema_components(sorted(_known, key=lambda each: each.__name__), ref_template=TEMPLATE)[1]
    return {name: tidy(schema) for name, schema in sorted(found.items())}


def schema_of(kind: Any) -> dict[str, Any]:
    """The JSON Schema of a plain type."""
    found: dict[str, Any] = tidy(msgspec.json.schema(kind))
    return found


def tidy(value: Any) -> Any:
    """Docstrings without their indentation; patterns in the dialect of JSON Schema, which has no end-of-text mark."""
    if isinstance(value, list):
        return [tidy(each) for each in value]
    if not isinstance(value, dict):
        return value
    tidied = {name: tidy(each) for name, each in value.items()}
    if isinstance(tidied.get("description"), str):
        tidied["description"] = "\n".join(line.strip() for line in tidied["description"].splitlines())
    if isinstance(tidied.get("pattern"), str):
        tidied["pattern"] = tidied["pattern"].replace(r"\Z", "$")
    return tidied
