"""Every task has a queue that workers take from, so that one kind of work cannot starve another."""

import pytest

from imsite.celery import QUEUES, app


@pytest.mark.parametrize(
    ("task", "queue"),
    [("push.deliver", "push"), ("push.sweep", "reactions"), ("push.spread", "later"), ("push.forget", "later"),
     ("chat.react", "reactions"), ("chat.sweep", "reactions"), ("openplatform.forget_keys", "later")],
)  # fmt: skip
def test_a_task_goes_to_its_queue(task, queue):
    assert app.amqp.router.route({}, task)["queue"].name == queue


def test_a_worker_without_a_choice_takes_from_all():
    assert set(app.amqp.queues) == set(QUEUES)


def test_what_beat_starts_exists():
    app.loader.import_default_modules()
    assert {each["task"] for each in app.conf.beat_schedule.values()} <= set(app.tasks)
