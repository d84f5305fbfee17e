"""The rows' own rules."""

import pytest
from django.db import IntegrityError, transaction

from accounts.tests.factories import person
from openplatform.models import IdempotencyRecord


def test_a_key_is_unique_for_its_person_and_app(db):
    alice, bob = person("alice"), person("bob")
    first = IdempotencyRecord.objects.create(user=alice, key="key-0001", digest=b"x")
    IdempotencyRecord.objects.create(user=bob, key="key-0001", digest=b"x")
    IdempotencyRecord.objects.create(user=alice, app=1, key="key-0001", digest=b"x")
    with pytest.raises(IntegrityError), transaction.atomic():
        IdempotencyRecord.objects.create(user=alice, key="key-0001", digest=b"y")
    assert str(first) == f"key-0001 of {alice.pk}"
