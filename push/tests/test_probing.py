"""Signs of life of the queues, how long pushing took, and the sums that the admin draws."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from prometheus_client import generate_latest

from chat.tests.factories import send
from push import tasks
from push.models import PushDelivery
from push.services import probing
from push.tests.factories import woken

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_notes():
    cache.clear()


def test_a_queue_is_alive_while_its_tasks_run(monkeypatch):
    assert [(each.age, each.alive) for each in probing.look()] == [(None, False)] * 3
    tasks.probe("push")
    alive = {each.queue: each.alive for each in probing.look()}
    assert alive == {"reactions": False, "push": True, "later": False}
    told = generate_latest().decode()
    assert 'parley_jobs_pulse_seconds{queue="later"} -1.0' in told
    assert 'parley_jobs_pulse_seconds{queue="push"} -1.0' not in told
    now = probing.time.time()
    monkeypatch.setattr(probing.time, "time", lambda: now + probing.SILENT + 1)
    assert not any(each.alive for each in probing.look())


def test_how_long_it_took_and_what_came_of_it_is_told(scene, service):
    device = woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    now = timezone.now()
    for place, (state, seconds) in enumerate((("sent", 2), ("sent", 4), ("dead", 9), ("skipped", 1))):
        other = device if place == 0 else woken(scene.bob, f"{service.url}/{place}")
        PushDelivery.objects.create(
            user_id=scene.bob.user, device=other, provider="webpush", conversation_id=scene.id, seq=said.seq,
            number=said.number, state=state, reason="all", done_at=now + timedelta(seconds=seconds),
        )  # fmt: skip
    tasks.probe("later")
    took = cache.get("push:took")
    assert 2 <= took["0.5"] <= took["0.99"] == took["1"] < 5
    assert f'parley_push_seconds{{quantile="1"}} {took["1"]}' in generate_latest().decode()
    [bars] = probing.tally().values()
    assert len(bars) == probing.HOURS
    assert (bars[-1].sent, bars[-1].failed, bars[-1].skipped, bars[0].sent) == (2, 1, 1, 0)
