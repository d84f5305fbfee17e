"""What the open platform does by the clock."""

from datetime import timedelta

from django.utils import timezone

from accounts.tests.factories import actor_of, person
from openplatform import tasks
from openplatform.models import IdempotencyRecord
from openplatform.services import idempotency


def test_keys_older_than_a_day_are_forgotten(db):
    alice = actor_of(person("alice"))
    for key, hours in (("old-enough", 25), ("too-young", 23)):
        idempotency.run(actor=alice, key=key, digest=b"a", work=lambda: (204, b""))
        IdempotencyRecord.objects.filter(key=key).update(at=timezone.now() - timedelta(hours=hours))
    tasks.forget_keys()
    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["too-young"]
