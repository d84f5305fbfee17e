"""The Celery app, its beat schedule and queues."""

import os

from imsite import worker_metrics  # isort: skip  # before whatever imports the metrics library

from celery import Celery
from celery.signals import setup_logging
from kombu.entity import Queue

from imsite import following

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

app = Celery("parley")
following.connect()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def _keep_logging(**_facts: object) -> None:
    """Being connected is enough: Celery then leaves logging as imsite/logs.py set it up."""


setup_logging.connect(_keep_logging, weak=False)

#: ``reactions`` is what follows a commit and must stay short, ``push`` waits for push services, ``later`` is everything else.
#: A worker for each (``-Q``), so that slow deliveries hold up no listener; a worker without ``-Q`` takes from all.
QUEUES = ("reactions", "push", "later")
app.conf.task_queues = [Queue(name) for name in QUEUES]
worker_metrics.connect(app, QUEUES)
app.conf.task_default_queue = "later"
app.conf.task_routes = {
    "chat.react": {"queue": "reactions"},
    "chat.due": {"queue": "reactions"},
    "chat.sweep": {"queue": "reactions"},
    "push.sweep": {"queue": "reactions"},
    "push.deliver": {"queue": "push"},
}

#: What runs by the clock, in seconds. A sweep every 30: nothing committed waits longer for its listeners, whatever crashed.
app.conf.beat_schedule = {
    # Scheduled messages and reminders: two seconds late at most. Two indexed queries when there is nothing.
    "due": {"task": "chat.due", "schedule": 2.0},
    "sweep": {"task": "chat.sweep", "schedule": 30.0},
    "post due events": {"task": "openplatform.post_due", "schedule": 5.0},
    # What waits for an ack, and retries: two seconds later at most. One indexed query when there is nothing.
    "sweep push": {"task": "push.sweep", "schedule": 2.0},
    # A sign of life through each queue: what no worker takes within a minute is not worth taking.
    **{
        f"probe {queue}": {
            "task": "push.probe",
            "schedule": 15.0,
            "args": (queue,),
            "options": {"queue": queue, "expires": 60},
        }
        for queue in QUEUES
    },
    # Mass operations: a new one is taken up 2 seconds later at most. One indexed query when there is nothing.
    "sweep jobs": {"task": "groups.sweep_jobs", "schedule": 2.0},
    "forget jobs": {"task": "groups.forget_jobs", "schedule": 3600.0},
    "forget push": {"task": "push.forget", "schedule": 3600.0},
    "forget tokens": {"task": "openplatform.forget_tokens", "schedule": 21_600.0},
    "forget keys": {"task": "openplatform.forget_keys", "schedule": 3600.0},
    # A minute of work each: a million conversations are through within the day.
    "sweep retention": {"task": "compliance.sweep", "schedule": 300.0},
    # Unused uploads live a week: every 6 hours is early enough.
    "sweep files": {"task": "chat.sweep_files", "schedule": 6 * 3600.0},
}
