"""The pages' links lead somewhere: a renamed file is noticed by the page that names it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "deploy").glob("*.md"),
    *(ROOT / "sdk").glob("*/README.md"),
]
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_relative_links_lead_somewhere(page: Path):
    targets = [
        each for each in LINK.findall(page.read_text()) if "://" not in each and not each.startswith(("mailto:", "/"))
    ]
    assert [each for each in targets if not (page.parent / each).exists()] == []
