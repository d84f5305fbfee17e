"""Subscriptions: who makes one, where it may lead, what proves an address, and both secrets after a rotation."""

from collections.abc import Iterator

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from openplatform.models import EventSubscription
from openplatform.services import posting, subscriptions
from openplatform.tests.endpoints import Endpoint
from openplatform.tests.stage import REACHABLE, Stage
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    opened = Endpoint()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://93.184.216.34/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://10.0.0.1/",
        "https://93.184.216.34:22/",
        "https://user:word@93.184.216.34/",
        "ftp://93.184.216.34/",
        "nonsense",
    ],
)
def test_an_address_of_the_inside_is_refused(url: str):
    stage = Stage()
    with pytest.raises(errors.BadRequest):
        subscriptions.create(actor=stage.company.owner, app=stage.app.pk, url=url)
    assert not EventSubscription.objects.exists()


def test_what_became_private_meanwhile_is_not_posted_to(endpoint: Endpoint, settings):
    """The guard stands in front of every request, not of making the subscription alone."""
    settings.OPENPLATFORM = REACHABLE
    stage = Stage()
    row = stage.subscribe(endpoint)
    stage.say("hello")
    asked = endpoint.asked
    settings.OPENPLATFORM = {}
    posting.run(subscription=row.pk)
    assert endpoint.asked == asked


def test_nobody_but_who_manages_the_app_makes_or_changes_one():
    stage = Stage()
    row = stage.subscribe()
    for actor in (stage.company.outsider, stage.bob):
        for verb in (
            lambda: subscriptions.create(actor=actor, app=stage.app.pk),  # noqa: B023
            lambda: subscriptions.list_of(actor=actor, app=stage.app.pk),  # noqa: B023
            lambda: subscriptions.verify(actor=actor, subscription=row.pk),  # noqa: B023
            lambda: subscriptions.rotate(actor=actor, subscription=row.pk),  # noqa: B023
            lambda: subscriptions.remove(actor=actor, subscription=row.pk),  # noqa: B023
        ):
            with pytest.raises(errors.NotFound):
                verb()


def test_nothing_is_posted_before_the_challenge(endpoint: Endpoint, settings):
    settings.OPENPLATFORM = REACHABLE
    stage = Stage()
    row, secret = subscriptions.create(actor=stage.company.owner, app=stage.app.pk, url=endpoint.url)
    stage.say("too early")
    assert not posting.run(subscription=row.pk)
    endpoint.secret = secret
    subscriptions.verify(actor=stage.company.owner, subscription=row.pk)
    row.refresh_from_db()
    assert row.state == "active"
    assert secret not in row.secret


def test_an_address_that_does_not_answer_stays_pending(endpoint: Endpoint, settings):
    settings.OPENPLATFORM = REACHABLE
    stage = Stage()
    row, _ = subscriptions.create(actor=stage.company.owner, app=stage.app.pk, url=endpoint.url)
    endpoint.close()
    with pytest.raises(errors.Conflict):
        subscriptions.verify(actor=stage.company.owner, subscription=row.pk)
    row.refresh_from_db()
    assert row.state == "pending"


def test_after_a_rotation_old_and_new_secret_verify(endpoint: Endpoint, settings):
    settings.OPENPLATFORM = REACHABLE
    stage = Stage()
    row = stage.subscribe(endpoint)
    old = endpoint.secret
    new = subscriptions.rotate(actor=stage.company.owner, subscription=row.pk)
    for secret in (old, new):
        endpoint.secret = secret
        stage.say(f"with {len(endpoint.got)}")
        posting.run(subscription=row.pk)
    assert endpoint.texts() == ["with 0", "with 1"]
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(b"{}", {"webhook-id": "x", "webhook-timestamp": "1", "webhook-signature": "v1,x"})


@pytest.mark.parametrize(("more", "path"), [({"types": ["nothing"]}, "types"), ({"signature": "md5"}, "signature")])
def test_what_is_none_is_refused(more: dict, path: str):
    stage = Stage()
    with pytest.raises(errors.BadRequest) as refused:
        subscriptions.create(actor=stage.company.owner, app=stage.app.pk, **more)
    assert refused.value.details["path"] == path
