"""What the open platform does by the clock."""

import time
from datetime import timedelta

from django.utils import timezone

from accounts.tests.factories import actor_of, person
from openplatform import tasks
from openplatform.models import IdempotencyRecord
from openplatform.services import idempotency
from openplatform.tests.endpoints import Endpoint
from openplatform.tests.stage import REACHABLE, Stage, states


def test_keys_older_than_a_day_are_forgotten(db):
    alice = actor_of(person("alice"))
    for key, hours in (("old-enough", 25), ("too-young", 23)):
        idempotency.run(actor=alice, key=key, digest=b"a", work=lambda: (204, b""))
        IdempotencyRecord.objects.filter(key=key).update(at=timezone.now() - timedelta(hours=hours))
    tasks.forget_keys()
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["too-young"]


def test_by_the_clock_what_is_due_is_posted_beside_the_worker(transactional_db, settings):
    settings.OPENPLATFORM = REACHABLE
    endpoint = Endpoint()
    try:
        stage = Stage()
        row = stage.subscribe(endpoint)
        for number in range(3):
            stage.say(f"message {number}")
        tasks.post_due()
        until = time.monotonic() + 30
        while states(row) != ["delivered"] * 3 and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        endpoint.close()
    assert endpoint.texts() == ["message 0", "message 1", "message 2"]
    assert states(row) == ["delivered"] * 3
