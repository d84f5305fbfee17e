import stat

import pytest

from accounts import selectors
from accounts.models import User
from accounts.services import tokens
from imsite.demo import access

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path, monkeypatch):
    settings.VAR_DIR = tmp_path
    monkeypatch.delenv("PARLEY_DEMO_PASSWORD", raising=False)
    return tmp_path


def test_a_password_is_made_once_and_kept_for_the_owner_only(var):
    secret, source = access.password()
    assert access.password() == (secret, source)
    assert len(secret) == 14
    assert stat.S_IMODE((var / "demo_password").stat().st_mode) == 0o600


def test_a_given_password_is_used_and_not_kept(var, monkeypatch):
    monkeypatch.setenv("PARLEY_DEMO_PASSWORD", "short")
    assert access.password()[0] == "short"
    assert not (var / "demo_password").exists()


def test_only_the_sign_ins_get_it_and_a_second_time_nothing_is_written(django_assert_num_queries):
    for username in (*access.SIGN_INS, "dora"):
        User.objects.create_user(username, None, name=username)
    access.grant("first")
    able = [user.username for user in User.objects.order_by("pk") if user.check_password("first")]
    assert able == list(access.SIGN_INS)
    with django_assert_num_queries(1):
        access.grant("first")
    tokens.issue(user=User.objects.get(username="alice"), device_name="x")
    access.grant("second")
    assert all(User.objects.get(username=each).check_password("second") for each in access.SIGN_INS)
    assert selectors.list_devices(User.objects.get(username="alice").pk)  # tokens live on
