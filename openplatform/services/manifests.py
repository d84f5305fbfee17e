"""Manifests: an app as one document. Put as a whole, checked with precise paths, kept by versions with what differs.

An approved app's owner changes freely what no reviewer has to see; the rest of a version waits for a reviewer, and the
app goes on as it was. ``apps`` has the rules of its own fields, ``interactivity`` and ``subscriptions`` of theirs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Change as Told
from audit.services.recording import Target, record
from openplatform import policy, selectors
from openplatform.dialects import manifest as shapes
from openplatform.dialects.manifest import Change, Manifest
from openplatform.models import App, EventSubscription, Interactivity, ManifestVersion
from openplatform.scopes import SCOPES
from openplatform.services import apps, interactivity, subscriptions
from protocol import errors

State = ManifestVersion.State
T = TypeVar("T")
_ADDRESS = re.compile(r"^redirect_uris\.([0-9]+)$")


@dataclass(frozen=True, slots=True)
class Done:
    """What putting a manifest did. ``applied``: it counts now; otherwise it waits for a reviewer.

    ``secrets`` are new ones, by what they are of (client, interactivity, events): shown this once.
    """

    app: App
    number: int
    changes: list[Change]
    applied: bool = True
    secrets: dict[str, str] = field(default_factory=dict)


class _Undo(Exception):
    """Nothing of it shall stay."""


def get(*, actor: Actor, app: int) -> Manifest:
    """An app's manifest as it is now. Raises NotFound for who does not manage it."""
    return render(selectors.get_app(actor, app))


def render(app: App) -> Manifest:
    """The manifest that would make this app."""
    asked = Interactivity.objects.filter(app=app).first()
    told = _subscription(app)
    return Manifest(
        name=app.name,
        description=app.description,
        homepage=app.homepage,
        scopes=list(app.scopes),
        redirect_urls=app.redirect_uris.split(),
        client_type="public" if app.client_type == App.CLIENT_PUBLIC else "confidential",
        departments=sorted(app.departments.values_list("pk", flat=True)),
        interactivity=shapes.Asked(url=asked.url, signature=asked.signature) if asked else None,  # type: ignore[arg-type]
        commands=[
            shapes.Command(name=each.name, help=each.help_en, usage=each.usage, help_zh=each.help_zh)
            for each in app.commands.order_by("pk")
        ],
        events=shapes.Events(url=told.url, types=told.types, signature=told.signature) if told else None,  # type: ignore[arg-type]
    )


def create(*, actor: Actor, manifest: Manifest) -> Done:
    """A draft of the actor's, made from a manifest: with the secrets of what it declares."""
    _refuse_unknown(manifest)
    with transaction.atomic():
        app, secret = _named(lambda: apps.create(actor=actor, **_fields(manifest)))
        secrets = {"client": secret, **_put_rest(actor, app, manifest)}
        version = _keep(actor, app, None, render(app))
    return Done(app, version.number, [], secrets=secrets)


def put(*, actor: Actor, app: int, manifest: Manifest, base: int = 0, dry_run: bool = False) -> Done:
    """Have an app be as ``manifest`` says; all of it or, when something is wrong with it, nothing.

    ``base``: the version that was changed; raises Conflict when there is another by now. ``dry_run``: only say what
    would differ.
    """
    _refuse_unknown(manifest)
    done: Done | None = None
    try:
        with transaction.atomic():
            done = _put(actor, app, manifest, base)
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    assert done is not None
    return done


def decide(*, actor: Actor, app: int, approve: bool, reason: str = "", version: int = 0) -> Done:
    """Answer an approved app's proposal: apply it, or turn it down and say why. For reviewers.

    ``version``: the one that was read; raises Conflict when another waits by now.
    """
    if not approve and not reason.strip():
        raise errors.BadRequest("Say why.", details={"path": "reason"})
    with transaction.atomic():
        row = _locked(actor, app)
        if not policy.may_review(actor):
            raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
        waiting = row.versions.filter(state=State.PROPOSED).first()
        if waiting is None:
            raise errors.NotFound("No change of this app waits.")
        if version and waiting.number != version:
            details = {"rule": "version", "version": waiting.number}
            raise errors.Conflict(f"Version {waiting.number} waits by now.", details=details)
        wanted, before = shapes.from_plain(waiting.content), render(row)
        waiting.state, waiting.reason = State.APPLIED if approve else State.REFUSED, reason.strip()[:500]
        waiting.save(update_fields=["state", "reason"])
        changes = shapes.diff(before, wanted)
        secrets = _apply(actor, row, wanted) if approve else {}
        told = Told(after={"version": waiting.number, "applied": approve})
        record(actor, "app.proposal_answered", Target("app", row.pk, row.name), told, reason=reason)
    return Done(row, waiting.number, changes, applied=approve, secrets=secrets)


def list_versions(*, actor: Actor, app: int) -> list[ManifestVersion]:
    """An app's versions, the newest first."""
    row = selectors.get_app(actor, app)
    return list(ManifestVersion.objects.filter(app=row).select_related("author").order_by("-number")[:100])


def _put(actor: Actor, app: int, wanted: Manifest, base: int) -> Done:
    row = _locked(actor, app)
    before = render(row)
    last = row.versions.filter(state=State.APPLIED).order_by("-number").first()
    if base and last is not None and last.number != base:
        details = {"rule": "version", "version": last.number}
        raise errors.Conflict(f"The manifest is at version {last.number} by now.", details=details)
    changes = shapes.diff(before, wanted)
    if not changes:
        return Done(row, last.number if last else 0, [])
    if last is None or shapes.from_plain(last.content) != before:
        last = _keep(None, row, last, before)  # changed past its manifest, by an administrator
    if row.state == App.State.APPROVED and shapes.needs_review(changes) and not policy.may_review(actor):
        row.versions.filter(state=State.PROPOSED).update(state=State.REPLACED)
        version = _keep(actor, row, last, wanted, state=State.PROPOSED)
        told = Told(after={"version": version.number, "paths": [each.path for each in changes]})
        record(actor, "app.change_proposed", Target("app", row.pk, row.name), told)
        return Done(row, version.number, changes, applied=False)
    if row.state == App.State.PENDING and shapes.needs_review(changes):
        row = apps.withdraw(actor=actor, app=app)
    secrets = _apply(actor, row, wanted)
    return Done(row, _keep(actor, row, last, render(row)).number, changes, secrets=secrets)


def _apply(actor: Actor, row: App, wanted: Manifest) -> dict[str, str]:
    changed = _named(lambda: apps.update(actor=actor, app=row.pk, changes=_fields(wanted)))
    row.refresh_from_db()
    return _put_rest(actor, changed, wanted)


def _put_rest(actor: Actor, app: App, wanted: Manifest) -> dict[str, str]:
    """What is not in the app's own row: the address that is asked, commands, events."""
    before = render(app)
    secrets: dict[str, str] = {}
    if secret := _named(lambda: interactivity.put(app=app, wanted=wanted.interactivity), "interactivity."):
        secrets["interactivity"] = secret
    interactivity.put_commands(app=app, wanted=wanted.commands)
    if wanted.interactivity != before.interactivity or wanted.commands != before.commands:
        told = Told(_parts(before), _parts(wanted))
        record(actor, "app.interactivity_changed", Target("app", app.pk, app.name), told)
    if secret := _named(lambda: _put_events(actor, app, wanted.events), "events."):
        secrets["events"] = secret
    return secrets


def _put_events(actor: Actor, app: App, wanted: shapes.Events | None) -> str:
    known = _subscription(app)
    if wanted is None:
        if known is not None:
            subscriptions.remove(actor=actor, subscription=known.pk)
        return ""
    facts: dict[str, Any] = {"url": wanted.url, "types": wanted.types, "signature": wanted.signature}
    if known is None:
        return subscriptions.create(actor=actor, app=app.pk, **facts)[1]
    if (known.url, sorted(known.types), known.signature) != (wanted.url, sorted(wanted.types), wanted.signature):
        subscriptions.change(actor=actor, subscription=known.pk, **facts)
    return ""


def _keep(
    actor: Actor | None, app: App, last: ManifestVersion | None, content: Manifest, *, state: str = State.APPLIED
) -> ManifestVersion:
    newest = app.versions.order_by("-number").values_list("number", flat=True).first() or 0
    before = shapes.from_plain(last.content) if last else None
    return ManifestVersion.objects.create(
        app=app,
        number=newest + 1,
        content=shapes.to_plain(content),
        changes=[_plain(each) for each in shapes.diff(before, content)] if before else [],
        state=state,
        author_id=(actor.user or None) if actor else None,
        at=timezone.now(),
    )


def _plain(change: Change) -> dict[str, Any]:
    return {"path": change.path, "before": change.before, "after": change.after}


def _parts(manifest: Manifest) -> dict[str, Any]:
    plain = shapes.to_plain(manifest)
    return {"interactivity": plain.get("interactivity"), "commands": [each.name for each in manifest.commands]}


def _fields(manifest: Manifest) -> dict[str, Any]:
    """The app's own fields, as ``apps`` calls them."""
    return {
        "name": manifest.name,
        "description": manifest.description,
        "homepage": manifest.homepage,
        "scopes": manifest.scopes,
        "redirect_uris": manifest.redirect_urls,
        "client_type": manifest.client_type,
        "departments": manifest.departments,
    }


def _refuse_unknown(manifest: Manifest) -> None:
    for place, name in enumerate(manifest.scopes):
        if name not in SCOPES:
            raise errors.BadRequest(f"There is no scope {name[:80]!r}.", details={"path": f"scopes[{place}]"})


def _named(work: Callable[[], T], begin: str = "") -> T:
    """Do it; what is wrong is told with its path in the manifest."""
    try:
        return work()
    except errors.BadRequest as problem:
        path = str(problem.details.get("path", ""))
        path = _ADDRESS.sub(r"redirect_urls[\1]", path).replace("redirect_uris", "redirect_urls")
        raise errors.BadRequest(problem.message, details={**problem.details, "path": begin + path}) from None


def _subscription(app: App) -> EventSubscription | None:
    """The one that the manifest speaks of: the app's first."""
    return EventSubscription.objects.filter(app=app).order_by("pk").first()


def _locked(actor: Actor, app: int) -> App:
    selectors.get_app(actor, app)
    return App.objects.select_for_update().get(pk=app)
