from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts import authentication, selectors
from accounts.tests.factories import person

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_token_alone_is_on_standard_output():
    alice = person("alice")
    out, err = run("Alice", "--device", "Script")
    actor = authentication.actor_from_token(out.strip())
    assert actor.user == alice.pk
    assert selectors.list_devices(alice.pk)[0].name == "Script"
    assert "until it is revoked" in err


def test_it_can_end_and_refuses_the_unknown_and_the_closed():
    person("alice")
    person("gone", is_active=False)
    assert "UTC" in run("alice", "--days", "2")[1]
    for username in ("nobody", "gone"):
        with pytest.raises(CommandError):
            run(username)
