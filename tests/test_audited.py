"""Every privileged act is in the audit log: each name of ``audit.actions`` is recorded by a service, and doing it shows.

``DOING`` has one way to do each; a new action without one fails here.
"""

import ast
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.services import departments, devices, leaks, tokens, users
from accounts.tests.factories import actor_of, person
from audit import chain, selectors
from audit.actions import ACTIONS
from audit.models import AuditRecord
from chat.services import conversations, members, messages
from compliance.services import erasing, exporting, holds, retention
from groups.models import JoinRequest
from groups.services import bans, entering, governance, jobs, reports, roles, wordlists
from openplatform import signing
from openplatform.dialects.manifest import Asked, Manifest
from openplatform.models import App, EventSubscription
from openplatform.services import (
    apps,
    authorizations,
    deliveries,
    incoming,
    installations,
    interactivity,
    manifests,
    subscriptions,
)
from protocol.errors import Conflict
from push.models import PushDelivery
from push.services import ledger
from tests.audited_spaces import SPACES
from tests.identity_acts import DOING as IDENTITY

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "chat", "identity", "groups", "compliance", "push", "openplatform", "web", "imsite")
pytestmark = pytest.mark.django_db


def _recorded_names() -> set[str]:
    found = set()
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            if "tests" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                    name = node.args[1]
                    assert isinstance(name, ast.Constant), f"{path}: the action's name is not written out"
                    found.add(name.value)
    return found


def test_what_is_listed_is_what_services_record():
    assert _recorded_names() == set(ACTIONS)


class Company:
    """Grace administers; Alice owns a group with Bob; Bob said something."""

    def __init__(self) -> None:
        self.grace, self.alice, self.bob = person("grace", is_staff=True), person("alice"), person("bob")
        self.admin = actor_of(self.grace)
        self.owner = actor_of(self.alice)
        self.group = conversations.create_group(actor=self.owner, title="Apollo", members=[self.bob.pk]).pk
        said = messages.send(
            actor=actor_of(self.bob), conversation=self.group, client_key="bob-said-1", body={"text": "Hello"}
        )
        self.said = said.seq
        self.department = departments.create(actor=self.admin, name="Works")

    def draft(self) -> int:
        app, _ = apps.create(actor=self.admin, name="Builds", scopes=["messages:write"])
        return app.pk

    def pending(self) -> int:
        return apps.request_approval(actor=self.admin, app=self.draft()).pk

    def approved(self) -> int:
        return apps.approve(actor=self.admin, app=self.pending()).pk

    def installed(self) -> int:
        return installations.install(actor=self.admin, app=self.approved())[0].app_id


def _mute(it: Company) -> None:
    members.mute_member(actor=it.owner, conversation=it.group, user=it.bob.pk, until=2_000_000_000_000)


def _remove_message(it: Company) -> None:
    messages.recall(actor=it.owner, conversation=it.group, client_key="remove-001", target=it.said)


def _close_and_open(it: Company) -> None:
    users.deactivate(actor=it.admin, user=it.bob)
    users.reactivate(actor=it.admin, user=it.bob)


def _sign_out(it: Company) -> None:
    device = devices.register(user=it.bob, platform="sdk", name="Phone")
    devices.revoke(actor=it.admin, device_id=device.pk)


def _suspend_and_restore(it: Company) -> None:
    app = it.approved()
    apps.suspend(actor=it.admin, app=app, reason="Leaked")
    apps.restore(actor=it.admin, app=app)


def _ban_and_lift(it: Company) -> None:
    bans.ban(actor=it.owner, conversation=it.group, user=it.bob.pk)
    bans.lift(actor=it.owner, conversation=it.group, user=it.bob.pk)


def _give_own_role(it: Company) -> None:
    role = roles.put(actor=it.owner, conversation=it.group, name="Host", allow=["invite"])
    roles.give(actor=it.owner, conversation=it.group, user=it.bob.pk, role=role)


def _subscribe(it: Company) -> int:
    app = it.draft()
    made = EventSubscription.objects.create(app_id=app, url="https://app.example.com/", secret=signing.seal("x"))
    subscriptions.create(actor=it.admin, app=app)
    return made.pk


def _verify(it: Company) -> None:
    subscriptions.activate(actor=it.admin, subscription=_subscribe(it))


ASKED = Manifest(name="Builds", scopes=["messages:write"], interactivity=Asked(url="https://93.184.216.34/parley"))


def _propose(it: Company) -> int:
    """Alice's own app was approved; she wants more."""
    app = apps.create(actor=it.owner, name="Builds", scopes=["messages:write"])[0].pk
    apps.request_approval(actor=it.owner, app=app)
    apps.approve(actor=it.admin, app=app)
    manifests.put(actor=it.owner, app=app, manifest=Manifest(name="Builds", scopes=["messages:read"]))
    return app


def _answer_proposal(it: Company) -> None:
    manifests.decide(actor=it.admin, app=_propose(it), approve=True)


def _ask_app(it: Company) -> int:
    app = it.draft()
    manifests.put(actor=it.admin, app=app, manifest=ASKED)
    return app


def _rotate_asking(it: Company) -> None:
    interactivity.rotate(actor=it.admin, app=_ask_app(it))


def _make_hook(it: Company) -> int:
    return incoming.create(actor=it.owner, conversation=it.group, name="Builds")[1].pk


def _change_hook(it: Company) -> None:
    incoming.change(actor=it.owner, conversation=it.group, hook=_make_hook(it), name="CI")


def _end_hook(it: Company) -> None:
    incoming.revoke(actor=it.owner, conversation=it.group, hook=_make_hook(it))


def _report(it: Company) -> int:
    made = reports.report(actor=it.owner, conversation=it.group, target=it.said, category="spam")
    return made.pk


def _take_report(it: Company) -> None:
    reports.take(actor=it.owner, conversation=it.group, report=_report(it))


def _settle_report(it: Company) -> None:
    verdict = reports.Verdict("removed", note="advertising")
    reports.resolve(actor=it.owner, conversation=it.group, report=_report(it), verdict=verdict)


def _review_report(it: Company) -> None:
    by = replace(it.owner, operates=frozenset({"review"}))
    reports.review(actor=by, report=_report(it), reason="asked by the works council")


WHY = "proceeding 17 at the court"


def _hold(it: Company) -> int:
    return holds.place(actor=it.admin, reason=WHY, user=it.bob.pk).pk


def _rule(it: Company) -> int:
    return retention.set_rule(actor=it.admin, days=30, conversation=it.group).pk


def _sweep(it: Company) -> None:
    _rule(it)
    with time_machine.travel(timezone.now() + timedelta(days=40), tick=True):
        retention.sweep_conversation(it.group)


def _erase_in_vain(it: Company) -> None:
    _hold(it)
    with pytest.raises(Conflict):
        erasing.erase(actor=it.admin, user=it.bob.pk, reason=WHY)


def _make_list(it: Company) -> int:
    return wordlists.put(actor=it.admin, wish=wordlists.Wish("Games of chance", "block", "casino")).pk


def _answer_request(it: Company) -> None:
    governance.change(actor=it.owner, conversation=it.group, wish=governance.Wish(join_policy="approval"))
    entering.join(actor=it.admin, conversation=it.group)
    asked = JoinRequest.objects.get()
    entering.answer(actor=it.owner, conversation=it.group, request=asked.pk, approve=True)


def _give_up_push(it: Company) -> None:
    device = devices.register(user=it.alice, platform="sdk", name="Phone")
    row = PushDelivery.objects.create(
        user=it.alice, device=device, provider="webpush", conversation_id=it.group, seq=it.said, number=1, reason="all"
    )
    ledger.give_up(actor=it.admin, ids=[row.pk])


def _resume_push(it: Company) -> None:
    _give_up_push(it)
    ledger.resume(actor=it.admin, ids=list(PushDelivery.objects.values_list("pk", flat=True)))


def _job(it: Company, kind: str, **fields: Any) -> None:
    jobs.start(actor=it.owner, conversation=it.group, order=jobs.Order(kind, **fields))
    for pk, ticket in jobs.find_due():
        jobs.run(job=pk, ticket=ticket)


def _call_off(it: Company) -> None:
    made = jobs.start(actor=it.owner, conversation=it.group, order=jobs.Order("export"))
    jobs.cancel(actor=it.owner, job=made.pk)


DOING: dict[str, Callable[[Company], object]] = {
    **SPACES,
    **IDENTITY,
    "user.created": lambda it: users.create(actor=it.admin, username="dora", name="Dora"),
    "user.changed": lambda it: users.update(actor=it.admin, user=it.bob, changes={"title": "经理"}),
    "user.deactivated": lambda it: users.deactivate(actor=it.admin, user=it.bob),
    "user.reactivated": _close_and_open,
    "user.password_set": lambda it: users.set_password(actor=it.admin, user=it.bob, password="long-enough-77-白"),
    "user.roles_changed": lambda it: users.set_roles(actor=it.admin, user=it.bob, roles=["auditor"]),
    "department.created": lambda it: departments.create(actor=it.admin, name="Research"),
    "department.changed": lambda it: departments.update(actor=it.admin, department=it.department, name="Plant"),
    "department.removed": lambda it: departments.remove(actor=it.admin, department=it.department),
    "device.revoked": _sign_out,
    "tokens.revoked": lambda it: leaks.revoke(actor=it.admin, leaked=[tokens.issue(user=it.bob, device_name="x")[0]]),
    "group.changed": lambda it: conversations.update(actor=it.owner, conversation=it.group, title="Artemis"),
    "member.added": lambda it: members.add_members(actor=it.owner, conversation=it.group, users=[it.grace.pk]),
    "member.removed": lambda it: members.remove_members(actor=it.owner, conversation=it.group, users=[it.bob.pk]),
    "member.role_changed": lambda it: members.set_role(
        actor=it.owner, conversation=it.group, user=it.bob.pk, role="admin"
    ),
    "member.muted": _mute,
    "member.banned": lambda it: bans.ban(actor=it.owner, conversation=it.group, user=it.bob.pk, reason="spam"),
    "member.unbanned": _ban_and_lift,
    "member.custom_role_changed": _give_own_role,
    "group.rules_changed": lambda it: governance.change(
        actor=it.owner, conversation=it.group, wish=governance.Wish(slow_seconds=30)
    ),
    "group.roles_changed": lambda it: roles.put(actor=it.owner, conversation=it.group, name="Host"),
    "group.link_made": lambda it: entering.make_link(actor=it.owner, conversation=it.group),
    "group.link_revoked": lambda it: entering.revoke_link(
        actor=it.owner, conversation=it.group, link=entering.make_link(actor=it.owner, conversation=it.group)[0].pk
    ),
    "group.request_answered": _answer_request,
    "group.archived": lambda it: governance.archive(actor=it.owner, conversation=it.group),
    "report.taken": _take_report,
    "report.resolved": _settle_report,
    "message.reviewed": _review_report,
    "words.saved": _make_list,
    "words.switched": lambda it: wordlists.switch(actor=it.admin, word_list=_make_list(it), on=False),
    "words.removed": lambda it: wordlists.remove(actor=it.admin, word_list=_make_list(it)),
    "group.members_exported": lambda it: _job(it, "export"),
    "group.dissolved": lambda it: _job(it, "dissolve"),
    "member.roles_changed": lambda it: _job(it, "roles", role="admin"),
    "history.purged": lambda it: _job(it, "purge", before=int(time.time() * 1000)),
    "history.withheld": lambda it: (DOING["member.removed"](it), _hold(it), DOING["history.purged"](it)),
    "job.started": lambda it: _job(it, "export"),
    "job.cancelled": _call_off,
    "hold.placed": _hold,
    "hold.released": lambda it: holds.release(actor=it.admin, hold=_hold(it), reason=WHY),
    "retention.rule_set": _rule,
    "retention.rule_removed": lambda it: retention.remove_rule(actor=it.admin, rule=_rule(it)),
    "retention.applied": _sweep,
    "retention.withheld": lambda it: (_hold(it), _sweep(it)),
    "person.exported": lambda it: exporting.export_person(
        actor=it.admin, user=it.bob.pk, place=Path(tempfile.mkdtemp(), "x.zip")
    ),
    "person.erased": lambda it: erasing.erase(actor=it.admin, user=it.bob.pk, reason=WHY),
    "person.erasure_withheld": _erase_in_vain,
    "ediscovery.exported": lambda it: exporting.export_ediscovery(
        actor=it.admin, scope=exporting.Scope((it.group,)), reason=WHY, place=Path(tempfile.mkdtemp(), "x.zip")
    ),
    "message.removed": _remove_message,
    "app.created": lambda it: it.draft(),
    "app.changed": lambda it: apps.update(actor=it.admin, app=it.draft(), changes={"description": "Builds"}),
    "app.submitted": lambda it: it.pending(),
    "app.withdrawn": lambda it: apps.withdraw(actor=it.admin, app=it.pending()),
    "app.change_proposed": _propose,
    "app.proposal_answered": _answer_proposal,
    "app.interactivity_changed": _ask_app,
    "app.consented": lambda it: installations.consent(actor=it.admin, app=it.installed(), wanted=[]),
    "interactivity.secret_rotated": _rotate_asking,
    "app.approved": lambda it: it.approved(),
    "app.rejected": lambda it: apps.reject(actor=it.admin, app=it.pending(), reason="Too much"),
    "app.suspended": lambda it: apps.suspend(actor=it.admin, app=it.approved(), reason="Leaked"),
    "app.restored": _suspend_and_restore,
    "app.secret_rotated": lambda it: apps.rotate_secret(actor=it.admin, app=it.draft()),
    "app.installed": lambda it: it.installed(),
    "app.uninstalled": lambda it: installations.uninstall(actor=it.admin, app=it.installed()),
    "app.authorized": lambda it: authorizations.let_in(
        app=App.objects.get(pk=it.approved()),
        user=it.admin.user,
        raw=tokens.generate("plya_"),
        scopes=["messages:write"],
        lifetime=timedelta(hours=1),
    ),
    "app.token_ended": lambda it: installations.end_token(actor=replace(it.admin, app=it.installed(), token=1)),
    "app.token_issued": lambda it: installations.issue_token(actor=it.admin, app=it.installed()),
    "events.subscribed": _subscribe,
    "events.changed": lambda it: subscriptions.change(actor=it.admin, subscription=_subscribe(it), url="", types=[]),
    "events.verified": _verify,
    "events.secret_rotated": lambda it: subscriptions.rotate(actor=it.admin, subscription=_subscribe(it)),
    "events.redelivered": lambda it: deliveries.redeliver(actor=it.admin, subscription=_subscribe(it), first=1, last=1),
    "events.unsubscribed": lambda it: subscriptions.remove(actor=it.admin, subscription=_subscribe(it)),
    "events.disabled": lambda it: subscriptions.disable(
        actor=it.admin, row=EventSubscription.objects.get(pk=_subscribe(it)), reason="gone"
    ),
    "webhook.created": _make_hook,
    "webhook.changed": _change_hook,
    "webhook.revoked": _end_hook,
    "push.given_up": _give_up_push,
    "push.resumed": _resume_push,
}


#: What Grace's acts are done to; the rest are Alice's.
BY_STAFF = """
    user department device app subscription push word_list hold retention ediscovery factor_rule provider directory tokens
"""


@pytest.mark.parametrize("action", ACTIONS)
def test_doing_it_is_recorded_with_who_and_what(action):
    company = Company()
    before = AuditRecord.objects.count()
    DOING[action](company)
    row = AuditRecord.objects.filter(action=action, seq__gt=before).get()
    theirs = row.target_type not in BY_STAFF.split() or action == "app.change_proposed"
    by: Actor = company.owner if theirs else company.admin
    by = SYSTEM if action in {"retention.applied", "retention.withheld"} else by
    assert (row.actor, row.actor_name, row.ip) == (by.user, by.name, by.ip)
    assert row.target_name
    if row.target_type in {"conversation", "channel", "message", "report"}:
        assert row.conversation == company.group
    head = selectors.get_head()
    assert not list(chain.check(selectors.iterate(until=head[0]), head=head))


def test_what_people_wrote_is_not_in_the_log():
    company = Company()
    _remove_message(company)
    told = list(selectors.iterate(until=selectors.get_head()[0]))
    assert "Hello" not in str(told)


def test_leaving_and_recalling_ones_own_is_nobody_elses_business():
    company = Company()
    before = AuditRecord.objects.count()
    bob = actor_of(company.bob)
    messages.recall(actor=bob, conversation=company.group, client_key="recall-001", target=company.said)
    members.leave(actor=bob, conversation=company.group)
    assert AuditRecord.objects.count() == before
