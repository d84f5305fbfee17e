"""The address in a letter: a link scanner ends nothing, one click does, without a sign-in; a forged one is told so."""

import pytest
from django.core import signing
from django.test import Client

from accounts.models import Setting
from accounts.tests.factories import person
from push.services.letters import SALT

pytestmark = pytest.mark.django_db


def test_one_click_of_a_mail_program_and_a_page_for_people():
    bob = person("bob")
    client = Client(enforce_csrf_checks=True)
    address = f"/unsubscribe/{signing.dumps([bob.pk, 'missed'], salt=SALT)}"
    page = client.get(address, headers={"Accept-Language": "zh-hans"})
    assert "不再接收" in page.content.decode()
    assert not Setting.objects.exists(), "looking ends nothing"
    done = client.post(address, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded")
    assert (done.status_code, b"no more of these letters" in done.content) == (200, True)
    assert Setting.objects.get(user=bob).value["missed"] is False


@pytest.mark.parametrize(
    "token",
    ["x", signing.dumps([1, "missed"], salt="another"), signing.dumps(["a"], salt=SALT)],
    ids=["rubbish", "another salt", "another shape"],  # workers must agree on names, and a token has the time in it
)
def test_a_forged_address_ends_nothing(token):
    assert Client().get(f"/unsubscribe/{token}").status_code == 404
    assert Client().post(f"/unsubscribe/{token}").status_code == 404
    assert not Setting.objects.exists()
