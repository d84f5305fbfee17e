"""How measured numbers are judged, kept and shown."""

import json
import re

from benchmarks.web import page, sizes
from benchmarks.web.bars import BARS, Book, quantile


def test_the_median_is_judged_against_target_and_gate(capsys):
    book = Book()
    book.note("warm load to the list", [900.0, 100.0, 399.0])
    book.note("cold load to the list", 801.0)
    book.note("drift, history in front", 0.5)
    book.missing("widget, compressed", "there is none")
    assert [(row["value"], row["meets"]) for row in book.rows] == [
        (399.0, "target"),
        (801.0, "gate"),
        (0.5, "NO"),
        (None, "NOT MEASURED"),
    ]
    assert "there is none" in capsys.readouterr().out


def test_a_gate_is_never_stricter_than_its_target():
    assert [each.name for each in BARS.values() if each.gate < each.target] == []


def test_quantiles():
    values = [float(each) for each in range(1, 101)]
    assert quantile(values, 0.95) == 96.0
    assert quantile(values, 1.0) == 100.0
    assert quantile([], 0.5) == 0.0


def test_the_page_keeps_what_is_around_the_table_and_says_what_was_not_measured():
    book = Book()
    book.note("DOM nodes", 1200.0)
    book.missing("widget, compressed", "there is none")
    part = page.section(book.rows, {"cpu": "one", "chromium": "156"})
    text = page.placed("# Title\n\nBefore.\n", part)
    again = page.placed(text + "\nAfter.\n", part)
    assert again.startswith("# Title\n\nBefore.\n")
    assert again.endswith("\nAfter.\n")
    assert again.count("| DOM nodes | 1,200 nodes | 6,000 | 6,000 | target |") == 1
    assert "| widget, compressed | – | 25 | 25 | **not measured** |" in again


def test_the_plot_is_well_formed_and_ends_at_twice_the_gate():
    book = Book()
    book.note("DOM nodes", 600_000.0)
    book.note("drift, late pictures", 0.0)
    drawn = page.plot(book.rows)
    widths = [float(each) for each in re.findall(r'width="([\d.]+)" height="15"', drawn)]
    assert widths == [420.0, 1.5]
    assert drawn.count("<svg") == drawn.count("</svg>") == 1


def test_the_first_load_is_what_the_entry_imports_at_once(tmp_path):
    manifest = {
        "main": {"file": "a.js", "imports": ["b"], "css": ["a.css"], "dynamicImports": ["later"]},
        "b": {"file": "b.js", "imports": ["main"]},
        "later": {"file": "later.js"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    for name in ("a.js", "b.js", "a.css", "later.js"):
        (tmp_path / name).write_text(name * 100)
    assert sorted(sizes.first_load(tmp_path, "main")) == ["a.css", "a.js", "b.js"]
