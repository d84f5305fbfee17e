import time
from io import StringIO

import pytest
from django.core.management import call_command

from accounts import selectors as selectors_of_people
from accounts.models import User
from chat import selectors
from chat.models import Conversation, Entry, Membership
from imsite.demo import company

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def var(settings, tmp_path, monkeypatch):
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    monkeypatch.setenv("PARLEY_DEMO_PASSWORD", "for the demo")


def run() -> str:
    out = StringIO()
    call_command("make_demo", stdout=out)
    return out.getvalue()


@pytest.mark.slow
def test_the_whole_company_in_a_minute_and_a_second_run_at_once():
    began = time.monotonic()
    out = run()
    assert time.monotonic() - began < 60
    assert "2,000 people" in out
    assert "Password: for the demo" in out
    hall = Conversation.objects.get(title__startswith="All hands")
    assert hall.member_count == Membership.objects.filter(conversation=hall).count() == User.objects.count() == 2_000
    for username in ("alice", "bob"):
        page = selectors.list_inbox(User.objects.get(username=username).pk, {})
        assert sum(state.unread for state in page.states) >= 8
        assert sum(state.unread_mentions for state in page.states) >= 2
    said = selectors_of_people.get_words(User.objects.values_list("pk", flat=True))
    assert len(said) == 5
    assert any(each.quiet_until for each in said.values())
    assert User.objects.get(username="lina").initials == "ln lina"
    entries = Entry.objects.count()
    began = time.monotonic()
    assert "Making" not in run()
    assert time.monotonic() - began < 2
    assert Entry.objects.count() == entries


def test_a_company_of_real_people_is_left_alone(monkeypatch):
    alice = User.objects.create_user("alice", "her own password", name="Alice")
    assert "no demo company was made" in run()
    alice.refresh_from_db()
    assert alice.check_password("her own password")
    assert User.objects.count() == 1


def test_a_run_that_broke_off_is_finished_by_the_next(monkeypatch):
    monkeypatch.setattr(company, "EVERYBODY", 60)
    with monkeypatch.context() as broken:
        broken.setattr("imsite.demo.history.read_positions", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run()
    assert "Making" in run()
    assert "Making" not in run()
