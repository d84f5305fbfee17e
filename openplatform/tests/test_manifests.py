"""An app as one document: checked with precise paths, kept by versions; what was approved changes after another review."""

from dataclasses import replace
from typing import Any

import pytest

from openplatform.dialects import manifest as shapes
from openplatform.dialects.manifest import Asked, Command, Events, Manifest
from openplatform.models import App, EventSubscription, Interactivity, ManifestVersion
from openplatform.services import apps, interactivity, manifests
from openplatform.tests.factories import Company
from protocol import errors

ASKED = Asked(url="https://93.184.216.34/parley")
DEPLOY = Command(name="deploy", help="Deploy it", usage="<where>", help_zh="部署")
FULL = Manifest(
    name="Builds",
    description="Tells of builds",
    scopes=["commands:register", "events:read", "messages:write"],
    redirect_urls=["https://ci.example.com/back"],
    interactivity=ASKED,
    commands=[DEPLOY],
    events=Events(url="https://93.184.216.34/events", types=["message.created"]),
)


def with_(**more: Any) -> Manifest:
    return shapes.from_plain({**shapes.to_plain(FULL), **more})


def test_what_is_made_from_a_manifest_says_the_same_again(company: Company):
    done = manifests.create(actor=company.owner, manifest=FULL)
    assert manifests.get(actor=company.owner, app=done.app.pk) == FULL
    assert set(done.secrets) == {"client", "interactivity", "events"}
    assert done.secrets["interactivity"] not in Interactivity.objects.get().secret
    again = manifests.put(actor=company.owner, app=done.app.pk, manifest=FULL)
    assert (again.changes, again.secrets, again.number) == ([], {}, 1)


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"scopes": ["messages:write", "nothing:write"]}, "scopes[1]"),
        ({"redirect_urls": ["https://a.example/", "ftp://b.example/"]}, "redirect_urls[1]"),
        ({"homepage": "nowhere"}, "homepage"),
        ({"departments": [77]}, "departments"),
        ({"interactivity": {"url": "https://10.0.0.1/"}}, "interactivity.url"),
        ({"interactivity": None}, "interactivity"),
        ({"scopes": ["messages:write"]}, "commands"),
        ({"commands": [{"name": "deploy", "help": "x"}, {"name": "deploy", "help": "y"}]}, "commands[1].name"),
        ({"commands": [{"name": "poll", "help": "ours"}]}, "commands[0].name"),
        ({"events": {"types": ["nothing.happened"]}}, "events.types"),
        ({"events": {"url": "https://localhost/"}}, "events.url"),
    ],
)
def test_what_is_wrong_is_named_by_its_path_and_nothing_of_it_stays(company: Company, more: dict[str, Any], path: str):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    for verb in (
        lambda manifest: manifests.put(actor=company.owner, app=app, manifest=manifest),
        lambda manifest: manifests.create(actor=company.owner, manifest=manifest),
    ):
        with pytest.raises(errors.BadRequest) as refused:
            verb(with_(description="Changed too", **more))
        assert refused.value.details["path"] == path
    assert manifests.get(actor=company.owner, app=app) == FULL
    assert App.objects.count() == ManifestVersion.objects.count() == 1


def test_versions_tell_what_differs_and_a_dry_run_changes_nothing(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    other = with_(scopes=["commands:register", "messages:read"], commands=[], description="")
    tried = manifests.put(actor=company.owner, app=app, manifest=other, dry_run=True)
    assert manifests.get(actor=company.owner, app=app) == FULL
    done = manifests.put(actor=company.owner, app=app, manifest=other, base=1)
    told = [(each.path, each.before, each.after) for each in done.changes]
    assert told == [(each.path, each.before, each.after) for each in tried.changes]
    assert told == [
        ("description", "Tells of builds", None),
        ("scopes", "events:read", None),
        ("scopes", "messages:write", None),
        ("scopes", None, "messages:read"),
        ("commands.deploy", shapes.to_plain(FULL)["commands"][0], None),
    ]
    newest, first = manifests.list_versions(actor=company.owner, app=app)
    assert (first.number, newest.number, newest.author_id) == (1, 2, company.alice.pk)
    assert [each["path"] for each in newest.changes] == [each.path for each in done.changes]
    with pytest.raises(errors.Conflict) as stale:
        manifests.put(actor=company.owner, app=app, manifest=FULL, base=1)
    assert stale.value.details == {"rule": "version", "version": 2}


def test_what_was_approved_changes_after_another_review(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    apps.request_approval(actor=company.owner, app=app)
    apps.approve(actor=company.admin, app=app)
    free = manifests.put(actor=company.owner, app=app, manifest=with_(description="Better"))
    assert free.applied
    for scope in ("members:write", "users:read"):
        asked = with_(description="Best", scopes=[*FULL.scopes, scope])
        assert not manifests.put(actor=company.owner, app=app, manifest=asked).applied
    assert manifests.get(actor=company.owner, app=app).description == "Better"
    with pytest.raises(errors.Forbidden):
        manifests.decide(actor=company.owner, app=app, approve=True)
    manifests.decide(actor=company.admin, app=app, approve=True)
    now = manifests.get(actor=company.owner, app=app)
    assert (now.description, "users:read" in now.scopes, "members:write" in now.scopes) == ("Best", True, False)
    states = [each.state for each in manifests.list_versions(actor=company.owner, app=app)]
    assert states == ["applied", "replaced", "applied", "applied"]
    with pytest.raises(errors.NotFound):
        manifests.decide(actor=company.admin, app=app, approve=False, reason="None waits")


def test_changing_what_waits_takes_it_out_of_the_queue(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    apps.request_approval(actor=company.owner, app=app)
    manifests.put(actor=company.owner, app=app, manifest=with_(commands=[]))
    assert App.objects.get(pk=app).state == "draft"


def test_another_address_for_events_has_to_prove_itself(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    EventSubscription.objects.update(state="active")
    manifests.put(actor=company.owner, app=app, manifest=with_(events={"url": "https://93.184.216.34/events"}))
    assert EventSubscription.objects.get().state == "active"
    manifests.put(actor=company.owner, app=app, manifest=with_(events={"url": "https://93.184.216.34/other"}))
    assert EventSubscription.objects.get().state == "pending"
    manifests.put(actor=company.owner, app=app, manifest=with_(events=None))
    assert not EventSubscription.objects.exists()


def test_an_outsider_finds_no_app(company: Company):
    app = manifests.create(actor=company.owner, manifest=FULL).app.pk
    for verb in (
        lambda actor: manifests.get(actor=actor, app=app),
        lambda actor: manifests.put(actor=actor, app=app, manifest=FULL),
        lambda actor: manifests.decide(actor=actor, app=app, approve=True),
        lambda actor: manifests.list_versions(actor=actor, app=app),
        lambda actor: interactivity.rotate(actor=actor, app=app),
    ):
        for stranger in (company.outsider, replace(company.owner, app=app, scopes=frozenset())):
            with pytest.raises(errors.NotFound):
                verb(stranger)
