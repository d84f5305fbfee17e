"""Who must show a second factor, and when. Pure: no query, no clock."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What comes between the first factor and the open session."""

    NONE = "none"
    #: The person has a second factor: show it.
    PROVE = "prove"
    #: Some rule will demand one: the person may go on, and is asked to set one up.
    ADVISE = "advise"
    #: The time is over: nobody goes on without setting one up.
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Bound:
    """What rules look at in a person. ``departments``: the person's and all above it."""

    operator: bool
    departments: Collection[int]
    since: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of ``FactorRule`` as a value."""

    scope: str
    department: int | None
    grace_days: int
    made_at: datetime

    def binds(self, person: Bound) -> bool:
        """Whether the person is one of those."""
        if self.scope == "all":
            return True
        if self.scope == "operators":
            return person.operator
        return self.department in person.departments

    def due(self, person: Bound) -> datetime:
        """From when on: nobody is bound before having had the days."""
        return max(self.made_at, person.since) + timedelta(days=self.grace_days)


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of a person now; ``until``: when advice becomes a must."""

    step: Step
    until: datetime | None = None


def demand(person: Bound, rules: Iterable[Rule], *, has_factor: bool, now: datetime) -> Demand:
    """The strictest rule decides; who has a factor shows it, whatever the rules."""
    if has_factor:
        return Demand(Step.PROVE)
    due = min((each.due(person) for each in rules if each.binds(person)), default=None)
    if due is None:
        return Demand(Step.NONE)
    return Demand(Step.ENROL, due) if due <= now else Demand(Step.ADVISE, due)


def is_of_domains(email: str, domains: str) -> bool:
    """Whether an address is of one of ``domains`` (by commas; none: of any)."""
    wanted = {each.strip().lower() for each in domains.split(",") if each.strip()}
    local, at, domain = email.rpartition("@")
    return bool(local and at) and (not wanted or domain.lower() in wanted)
