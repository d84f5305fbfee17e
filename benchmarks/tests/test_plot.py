"""The picture shows every judged row, and which of them is over its bar."""

import json
from xml.etree import ElementTree

from benchmarks import plot


def test_a_row_over_its_bar_is_red_and_search_shows_the_slowest_of_each_database(tmp_path):
    rows = [{"server": "uvicorn", "msg/s": 1_000, "ack p99 ms": 900.0}, {"server": "daphne", "ack p99 ms": 20.0}]
    (tmp_path / "conversations.json").write_text(json.dumps({"rows": rows}))
    found = [{"database": "sqlite", "query": f"q{n}", "p95 ms": n} for n in (9, 70, 8)]
    (tmp_path / "search.json").write_text(json.dumps({"rows": found}))
    assert [(bar.label, bar.measured < bar.must) for bar in plot.bars(tmp_path)] == [
        ("conversations uvicorn 1,000 msg/s", False),
        ("conversations daphne", True),
        ("search sqlite q70", True),
    ]
    drawn = plot.draw(tmp_path, tmp_path / "x.svg").read_text()
    ElementTree.fromstring(drawn)
    assert drawn.count("#c62828") == 1
