"""Leaked tokens: found in any text, ended together, and nobody else's with them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from accounts import authentication
from accounts.actor import SYSTEM
from accounts.models import Token
from accounts.services import devices, leaks, tokens
from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from protocol import errors

pytestmark = pytest.mark.django_db


def test_tokens_are_found_whatever_stands_around_them_and_what_only_looks_like_one_is_not():
    real = [tokens.generate(prefix) for prefix in authentication.PREFIXES]
    mistyped = real[0][:-1] + ("A" if real[0][-1] != "A" else "B")
    text = (
        f'curl -H "Authorization: Bearer {real[0]}"\nurl?token={real[1]}&x=1 ({real[2]}),{real[0]} {mistyped} ply_short'
    )
    assert leaks.find(text) == real


def test_they_end_together_and_others_live(django_assert_max_num_queries):
    device = devices.register(user=person("alice"), platform="sdk", name="Kit")
    lost = [tokens.issue_for(device=device)[0] for _ in range(40)]
    kept = tokens.issue_for(device=device)[0]
    assert leaks.revoke(actor=SYSTEM, leaked=lost[:1]) == 1
    with django_assert_max_num_queries(8):
        assert leaks.revoke(actor=SYSTEM, leaked=lost) == 39
    for each in lost:
        with pytest.raises(errors.Unauthenticated):
            authentication.actor_from_token(each)
    assert authentication.actor_from_token(kept).user == device.user_id
    told = AuditRecord.objects.filter(action="tokens.revoked").latest("seq")
    assert (told.after["count"], told.reason) == (39, "Leaked")
    assert not any(each in str(told.after) for each in lost), "the log is no place for tokens"


def test_an_outsider_ends_nobodys():
    raw, _ = tokens.issue(user=person("alice"), device_name="Kit")
    for actor in (actor_of(person("charlie")), actor_of(person("bob"))):
        with pytest.raises(errors.Forbidden):
            leaks.revoke(actor=actor, leaked=[raw])
    assert Token.objects.get().revoked_at is None


def test_the_command_reads_a_file(tmp_path: Path):
    raw, _ = tokens.issue(user=person("alice"), device_name="Kit")
    (tmp_path / "leak.txt").write_text(f"found {raw} in a repository")
    out = StringIO()
    call_command("revoke_tokens", str(tmp_path / "leak.txt"), stdout=out)
    assert out.getvalue() == "1 tokens found, 1 were alive and are ended.\n"
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_token(raw)
