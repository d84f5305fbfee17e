"""Writes everything made from classes: docs/protocol.md, docs/settings.md, sdk/schema/wire.json, the Python kit's wire package.

``python -m docs.generate_protocol`` (or ``make docs``). A test fails while a written file is not what this would write.
"""

from pathlib import Path

from docs import protocol_page, sdk_wire, settings_page, wire_schema

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Every generated file and its text."""
    schema = wire_schema.schema()
    files = {
        ROOT / "docs" / "protocol.md": protocol_page.rendered(schema),
        ROOT / "sdk" / "schema" / "wire.json": wire_schema.rendered(),
        ROOT / "docs" / "settings.md": settings_page.rendered(),
    }
    package = ROOT / "sdk" / "python" / "parley_sdk" / "wire"
    return files | {package / name: text for name, text in sdk_wire.rendered(schema).items()}


def main() -> None:
    """Write them."""
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
