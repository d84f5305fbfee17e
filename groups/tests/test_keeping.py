"""Several rooms may know what must stay: their answers are one, and none asks twice."""

import pytest

from groups.services import keeping
from groups.services.keeping import Kept


@pytest.fixture(autouse=True)
def keepers(monkeypatch):
    monkeypatch.setattr(keeping, "_keepers", [])


def test_without_anybody_who_knows_nothing_is_kept():
    assert keeping.kept_of(1) == Kept()


def test_answers_are_joined():
    first = {1: Kept(people=frozenset({7}), hold=3)}.get
    second = {1: Kept(everything=True, people=frozenset({8}), hold=4), 2: Kept()}.get

    def ask(answers):
        return lambda conversation: answers(conversation) or Kept()

    asked = ask(first)
    keeping.register(asked)
    keeping.register(asked)
    keeping.register(ask(second))
    assert len(keeping._keepers) == 2
    assert keeping.kept_of(1) == Kept(everything=True, people=frozenset({7, 8}), hold=3)
    assert keeping.kept_of(2) == Kept()
