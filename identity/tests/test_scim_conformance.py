"""scim2-tester, unmodified, against the SCIM door: every check that it has must pass."""

import pytest
from django.core.handlers.wsgi import WSGIHandler
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from accounts.tests.factories import actor_of, person
from identity.services import directories

# The handler closes its connection after each answer, as in service.
pytestmark = pytest.mark.django_db(transaction=True)


def test_scim2_tester_finds_nothing():
    by = actor_of(person("grace", is_staff=True))
    made = directories.put(actor=by, name="Okta", departments="groups")
    token = directories.issue_token(actor=by, directory=made.pk)
    client = WSGISCIMClient(WSGIHandler(), "http://testserver/scim/v2", headers={"Authorization": f"Bearer {token}"})
    results = check_server(client)
    bad = [(each.title, each.resource_type, each.reason) for each in results if each.status is not Status.SUCCESS]
    assert not bad
    assert len(results) > 30
