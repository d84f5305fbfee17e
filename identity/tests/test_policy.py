from datetime import UTC, datetime, timedelta

import pytest

from identity.policy import Bound, Demand, Rule, Step, demand

NOW = datetime(2026, 6, 15, tzinfo=UTC)
OLD = NOW - timedelta(days=100)
BOB = Bound(operator=False, departments={1, 2}, since=OLD)
GRACE = Bound(operator=True, departments=(), since=OLD)


def rule(scope="all", department=None, days=7, made=OLD):
    return Rule(scope, department, days, made)


@pytest.mark.parametrize(
    ("person", "rules", "step"),
    [
        (BOB, [], Step.NONE),
        (BOB, [rule()], Step.ENROL),
        (BOB, [rule(made=NOW)], Step.ADVISE),
        (BOB, [rule(made=NOW, days=0)], Step.ENROL),
        (Bound(operator=False, departments=(), since=NOW), [rule()], Step.ADVISE),
        (BOB, [rule("operators")], Step.NONE),
        (GRACE, [rule("operators")], Step.ENROL),
        (BOB, [rule("department", 2)], Step.ENROL),
        (BOB, [rule("department", 3)], Step.NONE),
        (BOB, [rule(made=NOW), rule("department", 1)], Step.ENROL),
    ],
)
def test_the_strictest_rule_that_binds_decides(person, rules, step):
    assert demand(person, rules, has_factor=False, now=NOW).step is step
    assert demand(person, rules, has_factor=True, now=NOW) == Demand(Step.PROVE)


def test_advice_says_until_when():
    rules = [rule(made=NOW, days=9), rule("department", 1, days=3, made=NOW)]
    assert demand(BOB, rules, has_factor=False, now=NOW).until == NOW + timedelta(days=3)
