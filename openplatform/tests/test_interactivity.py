"""Where an app is asked: names of commands belong to one app at work; secrets are sealed, and rotate without a gap."""

import pytest

from openplatform import signing
from openplatform.models import Interactivity
from openplatform.services import apps, installations, interactivity, manifests
from openplatform.tests.factories import Company
from openplatform.tests.test_manifests import FULL
from protocol import errors


def test_two_apps_at_work_never_have_the_same_command(company: Company):
    first, second = (manifests.create(actor=company.owner, manifest=FULL).app.pk for _ in range(2))
    for app in (first, second):
        apps.request_approval(actor=company.owner, app=app)
        apps.approve(actor=company.admin, app=app)
    installations.install(actor=company.owner, app=first)
    with pytest.raises(errors.Conflict) as taken:
        installations.install(actor=company.owner, app=second)
    assert taken.value.details == {"rule": "command_taken", "command": "deploy", "app": first}
    installations.uninstall(actor=company.owner, app=first)
    installations.install(actor=company.owner, app=second)


def test_rotating_keeps_the_old_secret_for_a_while(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    before = Interactivity.objects.get().secret
    secret = interactivity.rotate(actor=company.owner, app=app)
    row = Interactivity.objects.get()
    assert row.old_secret == before
    assert row.old_until is not None
    assert signing.unseal(row.secret) == secret != signing.unseal(before)
