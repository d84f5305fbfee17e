"""The tasks: called by name, tried again for what failed, swept up afterwards."""

import pytest
from celery import current_app
from celery.exceptions import Retry
from django.utils import timezone

from chat import registry, tasks
from chat.models import HandOver, Straggler
from chat.tests import factories
from chat.tests.factories import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def broken(monkeypatch) -> set[int]:
    """Conversations in which the listener fails."""
    monkeypatch.setattr(registry, "_listeners", {})
    failing: set[int] = set()

    @registry.listens()
    def listen(entries):
        if entries[0].conversation_id in failing:
            raise RuntimeError("killed")

    return failing


def handed(conversation: int) -> int:
    return HandOver.objects.filter(pk=conversation).values_list("seq", flat=True).first() or 0


def test_the_names_that_relay_and_beat_call_are_these():
    assert {tasks.react.name, tasks.sweep.name} == {"chat.react", "chat.sweep"} <= current_app.tasks.keys()
    assert tasks.react.acks_late


def test_react_runs_the_listeners_of_each_conversation(broken):
    scene = factories.scene()
    said = send(scene.alice, scene.id)
    tasks.react([scene.id])
    assert handed(scene.id) == said.seq


def test_what_failed_is_tried_again_and_the_others_are_done(broken, monkeypatch):
    scene = factories.scene()
    other = factories.conversations.create_group(actor=scene.alice, title="Other", members=[])
    send(scene.alice, scene.id)
    send(scene.alice, other.pk)
    broken.add(scene.id)
    again = []

    def retry(**given):
        again.append(given)
        return Retry()

    monkeypatch.setattr(tasks.react, "retry", retry)
    with pytest.raises(Retry):
        tasks.react([scene.id, other.pk])
    assert again[0]["args"] == ([scene.id],)
    assert 0.5 < again[0]["countdown"] < 1.5
    assert Straggler.objects.get().conversation_id == scene.id
    broken.clear()
    Straggler.objects.update(next_at=timezone.now())
    tasks.react(*again[0]["args"])
    assert not Straggler.objects.exists()


def test_the_sweep_takes_what_was_lost_and_is_not_stopped_by_one_that_fails(broken, settings):
    settings.CHAT_SWEEP_AFTER = -1
    scene = factories.scene()
    other = factories.conversations.create_group(actor=scene.alice, title="Other", members=[])
    send(scene.alice, scene.id)
    send(scene.alice, other.pk)
    broken.add(scene.id)
    tasks.sweep()
    assert handed(other.pk) == 3
    assert Straggler.objects.get().conversation_id == scene.id
    broken.clear()
    Straggler.objects.update(next_at=timezone.now())
    tasks.sweep()
    assert not Straggler.objects.exists()
