import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.services import departments
from accounts.tests.factories import actor_of, person, sign_in
from audit.models import AuditRecord
from identity.models import Factor, FactorRule, RecoveryCode
from identity.services import factors, rules
from identity.tests.factories import app_of
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return person("alice")


@pytest.fixture
def grace():
    return person("grace", is_staff=True, is_superuser=True)


def test_an_app_counts_once_it_showed_a_right_code(alice):
    assert factors.require(user=alice, code="") == ""
    secret = factors.begin_app(user=alice)
    assert factors.begin_app(user=alice) == secret
    assert secret not in Factor.objects.get().secret
    with pytest.raises(errors.BadRequest):
        factors.confirm_app(actor=actor_of(alice), user=alice, code="000000")
    assert factors.require(user=alice, code="") == ""
    app, fresh = app_of(alice)
    assert len(fresh) == 10
    with pytest.raises(errors.Conflict):
        factors.begin_app(user=alice)
    with pytest.raises(errors.Unauthenticated) as caught:
        factors.require(user=alice, code="")
    assert caught.value.code == "second_factor_required"
    assert factors.require(user=alice, code=app.now()) == "totp"


def test_a_code_lets_in_once(alice):
    app, _ = app_of(alice)
    code = app.now()
    assert factors.prove(user=alice, code=code) == "totp"
    with pytest.raises(errors.Unauthenticated):
        factors.prove(user=alice, code=code)


def test_an_old_code_and_somebody_elses_let_nobody_in(alice):
    app, _ = app_of(alice)
    theirs, codes_of_bob = app_of(person("bob"))
    for wrong in (app.at(time.time() - 90), app.at(time.time() + 90), theirs.now(), codes_of_bob[0], "", "x" * 999):
        with pytest.raises(errors.Unauthenticated):
            factors.prove(user=alice, code=wrong)
        factors.gate_of(alice).reset()
    assert AuditRecord.objects.filter(action="signin.refused", actor=alice.pk).count() == 6


def test_a_recovery_code_lets_in_once_and_new_ones_end_the_old(alice):
    _, (first, second, *_) = app_of(alice)
    assert RecoveryCode.objects.filter(digest__contains=first[:4]).count() == 0
    assert factors.prove(user=alice, code=first.lower()) == "recovery"
    with pytest.raises(errors.Unauthenticated):
        factors.prove(user=alice, code=first)
    fresh = factors.make_codes(actor=actor_of(alice), user=alice)
    with pytest.raises(errors.Unauthenticated):
        factors.prove(user=alice, code=second)
    assert factors.prove(user=alice, code=fresh[0]) == "recovery"


def test_guessing_is_slowed_down_even_with_the_right_code(alice):
    app, _ = app_of(alice)
    for _ in range(6):
        with pytest.raises(errors.Unauthenticated):
            factors.prove(user=alice, code="000000")
    with pytest.raises(errors.RateLimited):
        factors.prove(user=alice, code=app.now())


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_once_with_one_code_one_is_let_in(alice):
    app, _ = app_of(alice)
    code = app.now()

    def attempt(_):
        try:
            return factors.prove(user=alice, code=code)
        except errors.ParleyError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == ["", "", "", "totp"]


def test_the_last_factor_takes_the_codes_along_and_stays_while_a_rule_demands_it(alice, grace):
    app_of(alice)
    mine = Factor.objects.get()
    with pytest.raises(errors.NotFound):
        factors.remove(actor=actor_of(grace), user=grace, factor=mine.pk)
    rule = rules.put(actor=actor_of(grace), scope="all", grace_days=30)
    with pytest.raises(errors.Conflict):
        factors.remove(actor=actor_of(alice), user=alice, factor=mine.pk)
    rules.remove(actor=actor_of(grace), rule=rule.pk)
    factors.remove(actor=actor_of(alice), user=alice, factor=mine.pk)
    assert not RecoveryCode.objects.exists()
    with pytest.raises(errors.Conflict):
        factors.make_codes(actor=actor_of(alice), user=alice)


def test_outsiders_change_nobodys_factors(alice, grace):
    app_of(alice)
    charlie = actor_of(person("charlie"))
    for act in (
        lambda: factors.reset(actor=charlie, user=alice),
        lambda: factors.make_codes(actor=charlie, user=alice),
        lambda: factors.confirm_app(actor=charlie, user=alice, code="000000"),
        lambda: factors.remove(actor=charlie, user=alice, factor=Factor.objects.get().pk),
        lambda: factors.remove(actor=actor_of(alice, app=7), user=alice, factor=Factor.objects.get().pk),
        lambda: rules.put(actor=charlie, scope="all"),
        lambda: rules.remove(actor=charlie, rule=1),
    ):
        with pytest.raises(errors.Forbidden):
            act()
    assert (Factor.objects.count(), FactorRule.objects.count()) == (1, 0)


def test_rules_bind_operators_and_departments_with_those_below(alice, grace):
    by = actor_of(grace)
    works = departments.create(actor=by, name="Works")
    alice.department = departments.create(actor=by, name="Forge", parent=works)
    alice.save()
    rules.put(actor=by, scope="operators", grace_days=0)
    assert factors.require(user=alice, code="") == ""
    with pytest.raises(errors.Forbidden):
        factors.require(user=grace, code="")
    rules.put(actor=by, scope="department", department=works, grace_days=5)
    assert factors.require(user=alice, code="") == ""
    rules.put(actor=by, scope="department", department=works, grace_days=0)
    assert FactorRule.objects.count() == 2
    with pytest.raises(errors.Forbidden) as caught:
        factors.require(user=alice, code="")
    assert caught.value.details == {"rule": "second_factor"}
    for wrong in ({"scope": "moon"}, {"scope": "all", "department": works}, {"scope": "all", "grace_days": 366}):
        with pytest.raises(errors.BadRequest):
            rules.put(actor=by, **wrong)


def test_an_operator_makes_rules_and_takes_lost_factors_away_in_the_admin(client, alice, grace):
    sign_in(client, grace)
    app_of(alice)
    made = client.post(reverse("admin:identity_factorrule_add"), {"scope": "all", "grace_days": 3})
    assert made.status_code == 302
    assert FactorRule.objects.get().grace_days == 3
    refused = client.post(
        reverse("admin:identity_factorrule_add"), {"scope": "department", "grace_days": 3}, follow=True
    )
    assert "Name the department" in refused.content.decode()
    page = reverse("admin:identity_factor_changelist")
    assert "alice" in client.get(page).content.decode()
    client.post(page, {"action": "reset", "_selected_action": [Factor.objects.get().pk]})
    assert not Factor.objects.exists()
    assert AuditRecord.objects.get(action="factor.reset").target == str(alice.pk)


def test_the_command_lets_a_locked_out_administrator_in(alice, capsys):
    app_of(alice)
    call_command("reset_factors", "ALICE")
    assert "1 second factors of alice" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("reset_factors", "nobody")
