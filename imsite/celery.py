"""The Celery app, its beat schedule and queues."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

app = Celery("parley")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

#: What runs by the clock, in seconds. A sweep every 30: nothing committed waits longer for its listeners, whatever crashed.
app.conf.beat_schedule = {
    "sweep": {"task": "chat.sweep", "schedule": 30.0},
    "forget keys": {"task": "openplatform.forget_keys", "schedule": 3600.0},
    # Unused uploads live a week: every 6 hours is early enough.
    "sweep files": {"task": "chat.sweep_files", "schedule": 6 * 3600.0},
}
