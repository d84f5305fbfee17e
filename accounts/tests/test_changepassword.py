import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Device
from accounts.services import tokens
from accounts.tests.factories import PASSWORD, person

pytestmark = pytest.mark.django_db
NEW = "a longer new passphrase"


def test_it_sets_the_password_and_signs_every_device_out(monkeypatch):
    alice = person("alice")
    tokens.issue(user=alice, device_name="laptop")
    monkeypatch.setattr("sys.stdin", io.StringIO(NEW + "\n"))
    call_command("changepassword", "Alice", stdout=io.StringIO())
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert not Device.objects.filter(revoked_at__isnull=True).exists()


@pytest.mark.parametrize(("name", "said"), [("nobody", NEW), ("alice", "short")])
def test_it_refuses_the_unknown_and_the_weak(monkeypatch, name, said):
    alice = person("alice")
    monkeypatch.setattr("sys.stdin", io.StringIO(said + "\n"))
    with pytest.raises(CommandError):
        call_command("changepassword", name)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)
