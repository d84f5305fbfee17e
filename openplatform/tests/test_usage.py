"""How an app fares: posts and questions by the hour, and the log of questions; for who manages it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from openplatform.models import DeliveryAttempt, Interaction, WebhookDelivery
from openplatform.services import usage
from openplatform.tests.asking import Asking
from protocol import errors


def question(asking: Asking, number: int, **more: Any) -> Interaction:
    unique = {"client_key": f"key-{number:05d}", "response": f"r{number}", "trigger": f"t{number}"}
    return Interaction.objects.create(
        app=asking.app, user_id=asking.bob.user, kind="command", conversation=asking.group, **unique, **more
    )


def test_posts_and_questions_are_counted_by_the_hour(asking: Asking, django_assert_num_queries: Any):
    now = timezone.now()
    row = asking.subscribe()
    asking.say("hello")
    delivery = WebhookDelivery.objects.get(subscription=row)
    for reason, hours in (("", 0), ("answered 500", 0), ("", 2), ("", 30)):
        DeliveryAttempt.objects.create(
            delivery=delivery, status=200, ms=10, reason=reason, at=now - timedelta(hours=hours)
        )
    question(asking, 1, ms=40, status=200)
    question(asking, 2, reason="It took too long.")
    WebhookDelivery.objects.update(state="dead")
    with django_assert_num_queries(4):
        found = usage.get(actor=asking.company.owner, app=asking.app.pk)
    assert [(each.posted, each.posted_failed, each.asked, each.asked_failed, each.ms) for each in found.hours] == [
        (1, 0, 0, 0, 10),
        (2, 1, 2, 1, 15),
    ]
    assert (found.waiting, found.dead) == (0, 1)


def test_the_log_is_paged_and_holds_nothing_that_people_wrote(asking: Asking):
    rows = [question(asking, number, told={"text": "secret"}) for number in range(3)]
    first = usage.list_interactions(actor=asking.company.owner, app=asking.app.pk, limit=2)
    assert [each.pk for each in first] == [rows[2].pk, rows[1].pk]
    rest = usage.list_interactions(actor=asking.company.owner, app=asking.app.pk, before=first[-1].pk)
    assert [each.pk for each in rest] == [rows[0].pk]


def test_an_outsider_sees_no_numbers(asking: Asking):
    for stranger in (asking.company.outsider, asking.bob, asking.bot_actor):
        for read in (usage.get, usage.list_interactions):
            with pytest.raises(errors.NotFound):
                read(actor=stranger, app=asking.app.pk)
