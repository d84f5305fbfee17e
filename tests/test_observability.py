"""What operators watch asks for numbers that exist: every metric and label of the dashboard and the alerts is the code's."""

import json
import re
from pathlib import Path

import pytest
import yaml
from celery import Celery
from prometheus_client import REGISTRY

import imsite.asgi  # noqa: F401 - whatever counts is imported by what serves
from imsite.celery import QUEUES, app
from imsite.worker_metrics import Waiting

FOLDER = Path(__file__).resolve().parent.parent / "deploy" / "observability"
#: Prometheus's own labels.
GIVEN = {"job", "instance", "le"}
_SELECTOR = re.compile(r"(parley_[a-z_]+|process_[a-z_]+)(\{[^}]*\})?")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")


def expressions() -> list[str]:
    dashboard = json.loads((FOLDER / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    alerts = yaml.safe_load((FOLDER / "alerts.yaml").read_text())
    return asked + [rule["expr"] for group in alerts["groups"] for rule in group["rules"]]


def known() -> dict[str, set[str]]:
    """Name of every series -> its labels."""
    app.loader.import_default_modules()
    found: dict[str, set[str]] = {}
    for collector, names in REGISTRY._collector_to_names.items():
        for name in names:
            found[name] = set(getattr(collector, "_labelnames", ()))
    away = Celery("tests", broker="memory://", set_as_current=False)
    for metric in Waiting(away, QUEUES).collect():
        found[metric.name] = {label for sample in metric.samples for label in sample.labels}
    return found


@pytest.mark.parametrize("expression", expressions())
def test_a_panel_or_an_alert_asks_for_what_is_counted(expression):
    names = known()
    labels = set(GIVEN)
    for name, selector in _SELECTOR.findall(expression):
        assert name in names, f"nothing counts {name}"
        labels |= names[name]
        asked = set(re.findall(r"(\w+)\s*[!=]~?", selector))
        assert asked <= names[name] | GIVEN, f"{name} has {sorted(names[name])}"
    for group in _GROUPED.findall(expression):
        assert {each.strip() for each in group.split(",")} <= labels, expression


def test_every_number_of_ours_is_on_the_dashboard_or_wakes_somebody():
    told = " ".join(expressions())
    ours = {re.sub(r"_(total|created|count|sum|bucket)$", "", name) for name in known() if name.startswith("parley_")}
    unseen = sorted(name for name in ours if not re.search(rf"\b{name}(_total|_bucket|_sum|_count)?\b", told))
    assert not unseen, f"show them in deploy/observability/grafana.json: {unseen}"


def test_an_alert_says_what_it_means_and_how_bad_it_is():
    alerts = yaml.safe_load((FOLDER / "alerts.yaml").read_text())
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    assert len({rule["alert"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert len(rule["annotations"]["summary"]) > 30
