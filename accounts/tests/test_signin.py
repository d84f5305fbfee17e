import time
from datetime import timedelta
from unittest.mock import patch

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from accounts.services import signin
from accounts.tests.factories import PASSWORD, person
from protocol import errors

pytestmark = pytest.mark.django_db
HOME, ELSEWHERE = "192.0.2.1", "198.51.100.1"


@pytest.fixture
def alice():
    return person("alice")


def fail(times: int, username: str = "alice", ip: str = ELSEWHERE) -> None:
    for _ in range(times):
        with pytest.raises(errors.Unauthenticated):
            signin.authenticate(username, "nonsense", ip)


def test_the_right_password_in_any_case_of_the_name(alice):
    assert signin.authenticate(" ALICE ", PASSWORD, HOME) == alice


def test_unknown_wrong_closed_and_bot_get_one_answer_after_one_hash(alice):
    person("closed", is_active=False)
    person("bot", kind="bot")
    User.objects.create(username="nopassword", name="N", password="!")
    said = set()
    for username in ("alice", "closed", "bot", "nobody", "nopassword"):
        password = "nonsense" if username == "alice" else PASSWORD
        with patch("django.contrib.auth.hashers.MD5PasswordHasher.encode", autospec=True) as encode:
            encode.return_value = "md5$x$y"
            with pytest.raises(errors.Unauthenticated) as caught:
                signin.authenticate(username, password, "")
        assert encode.call_count == 1, username
        said.add((caught.value.code, caught.value.message))
    assert said == {("bad_credentials", "The user name or the password is wrong.")}


def test_a_pause_ends_by_itself(alice):
    fail(6)
    with pytest.raises(errors.RateLimited):
        signin.authenticate("alice", PASSWORD, ELSEWHERE)
    time.sleep(1.2)
    assert signin.authenticate("alice", PASSWORD, ELSEWHERE) == alice


def test_pauses_grow_and_end(alice, settings):
    # Redis keeps its own clock, which cannot be moved from here; the test above waits for it.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pauses"}}
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        fail(6)
        waits = []
        for _ in range(4):
            with pytest.raises(errors.RateLimited) as caught:
                signin.authenticate("alice", PASSWORD, ELSEWHERE)  # even the right one must wait
            waits.append(caught.value.retry_after)
            clock.shift(timedelta(seconds=waits[-1]))
            fail(1)
        assert waits == [1, 2, 4, 8]
        clock.shift(timedelta(seconds=301))
        assert signin.authenticate("alice", PASSWORD, ELSEWHERE) == alice


def test_a_name_pauses_for_every_address_and_whether_or_not_it_exists(alice):
    for username in ("alice", "nobody"):
        fail(6, username)
        with pytest.raises(errors.RateLimited):
            signin.authenticate(username.upper(), PASSWORD, HOME)


def test_success_forgets_the_names_failures(alice):
    for _ in range(3):
        fail(4)
        signin.authenticate("alice", PASSWORD, ELSEWHERE)


def test_one_address_trying_many_names_is_paused(alice):
    for number in range(31):
        fail(1, f"name{number}")
    with pytest.raises(errors.RateLimited):
        signin.authenticate("alice", PASSWORD, ELSEWHERE)
    assert signin.authenticate("alice", PASSWORD, HOME) == alice


def test_a_good_sign_in_does_not_buy_an_address_new_attempts(alice):
    for number in range(31):
        fail(1, f"name{number}")
        if number < 29:
            signin.authenticate("alice", PASSWORD, ELSEWHERE)
    with pytest.raises(errors.RateLimited):
        signin.authenticate("alice", PASSWORD, ELSEWHERE)


def test_an_ipv6_network_counts_as_one_address(alice):
    for number in range(31):
        fail(1, f"name{number}", f"2001:db8::{number:x}")
    with pytest.raises(errors.RateLimited):
        signin.authenticate("alice", PASSWORD, "2001:db8::ffff")
    assert signin.authenticate("alice", PASSWORD, "2001:db8:0:1::1") == alice


def test_attempts_at_once_do_not_slip_through(alice):
    gate = signin.Gate("signin:name:test", free=5, longest=300)
    cache.set("signin:name:test:n", 20)  # the next pause is long: a slow machine does not sit one out
    passed = 0
    for _ in range(100):
        try:
            gate.enter()
        except errors.RateLimited:
            continue
        passed += 1
    assert passed == 1


def test_an_endless_password_is_not_hashed_as_such(alice):
    with pytest.raises(errors.Unauthenticated):
        signin.authenticate("alice", "x" * 1_000_000, HOME)


def test_a_busy_server_says_so(alice):
    with patch.object(signin, "HASHING_PATIENCE", 0.01):
        taken = [signin._hashing.acquire() for _ in range(4)]
        try:
            with pytest.raises(errors.Unavailable):
                signin.authenticate("alice", PASSWORD, HOME)
        finally:
            for _ in taken:
                signin._hashing.release()
    assert signin.authenticate("alice", PASSWORD, HOME) == alice
