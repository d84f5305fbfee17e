"""Tasks: what is committed goes to workers by itself, and what they lose the sweep hands out again."""

import pytest
from celery import current_app as app

from chat import tasks as chat_tasks
from chat.models import Conversation
from chat.services import receipts
from chat.tests.factories import send
from push import tasks
from push.models import PushDelivery
from push.tests.factories import woken

pytestmark = pytest.mark.django_db


@pytest.fixture
def eager():
    """Tasks run where they are called: nothing of ours waits in them."""
    app.conf.task_always_eager, before = True, app.conf.task_always_eager
    yield
    app.conf.task_always_eager = before


def test_a_message_becomes_a_push_and_reading_takes_it_back(scene, service, eager, django_capture_on_commit_callbacks):
    woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    with django_capture_on_commit_callbacks(execute=True):
        chat_tasks.react([scene.id])
    assert PushDelivery.objects.get().state == "sent"
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=said.number)
    personal = scene_personal(scene)
    with django_capture_on_commit_callbacks(execute=True):
        chat_tasks.react([personal])
    assert PushDelivery.objects.get().state == "withdrawn"
    assert len(service.taken) == 2


def scene_personal(scene) -> int:
    return Conversation.objects.get(unique_key=f"p{scene.bob.user}").pk


def test_what_a_worker_lost_the_sweep_hands_out(scene, service, eager):
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    chat_tasks.react([scene.id])  # what follows the commit is lost
    PushDelivery.objects.update(handed_at=None)
    tasks.sweep()
    assert PushDelivery.objects.get().state == "sent"
    tasks.forget()


def test_a_large_group_is_spread_by_tasks(scene, service, eager, settings):
    settings.PUSH_SPREAD_AT_ONCE = 0
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    chat_tasks.react([scene.id])
    assert PushDelivery.objects.count() == 0
    tasks.sweep()
    assert PushDelivery.objects.get().state == "sent"
