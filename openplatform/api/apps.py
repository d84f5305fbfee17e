"""Apps of developers: their manifests, secrets and way through review. docs/apps.md"""

from openplatform import policy, selectors
from openplatform.api.app_shapes import (
    AppDone,
    AppList,
    AppRow,
    ChangeRow,
    InstallationRow,
    ManifestVersionList,
    ManifestVersionRow,
    Putting,
    Review,
    Secrets,
    SecretShown,
    Which,
)
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.dialects.manifest import Manifest
from openplatform.models import App, ManifestVersion
from openplatform.services import apps, interactivity, manifests


class AppsView(Door):
    """All of them."""

    @operation("apps.list", scope=None, query=Which, answer=AppList)
    def get(self, *, query: Which) -> AppList:
        """Your own apps, those that wait for a reviewer, or those at work that you may use."""
        if query.list == "available":
            return AppList(apps=[_public(each) for each in selectors.list_available(self.actor)])
        find = selectors.list_waiting if query.list == "waiting" else selectors.list_apps
        return AppList(apps=[row(each) for each in find(self.actor)], reviewer=policy.may_review(self.actor))

    @operation("apps.create", scope=None, body=Manifest, answer=AppDone, status=201)
    def post(self, *, body: Manifest) -> AppDone:
        """A draft made from a manifest. Its secrets are shown this once."""
        return _done(manifests.create(actor=self.actor, manifest=body))


class AppView(Door):
    """One of them."""

    @operation("apps.get", scope=None, answer=AppRow, fails=(404,))
    def get(self, *, app: int) -> AppRow:
        """An app, for who manages it."""
        return row(selectors.get_app(self.actor, app))


class ManifestView(Door):
    """What an app says of itself."""

    @operation("manifests.get", scope=None, answer=Manifest, fails=(404,))
    def get(self, *, app: int) -> Manifest:
        """The manifest as it is now."""
        return manifests.get(actor=self.actor, app=app)

    @operation("manifests.put", scope=None, query=Putting, body=Manifest, answer=AppDone, fails=(404, 409))
    def put(self, *, app: int, query: Putting, body: Manifest) -> AppDone:
        """Have the app be as the manifest says. What a reviewer approved changes after another review."""
        done = manifests.put(actor=self.actor, app=app, manifest=body, base=query.base, dry_run=query.dry_run)
        return _done(done)


class VersionsView(Door):
    """What it said before."""

    @operation("manifests.versions", scope=None, answer=ManifestVersionList, fails=(404,))
    def get(self, *, app: int) -> ManifestVersionList:
        """The versions with what differs, the newest first."""
        return ManifestVersionList(
            versions=[_version(each) for each in manifests.list_versions(actor=self.actor, app=app)]
        )


class AppSecretView(Door):
    """The secret of its OAuth client."""

    @operation("apps.rotate", scope=None, answer=SecretShown, status=201, fails=(404,))
    def post(self, *, app: int) -> SecretShown:
        """Another client secret, shown this once; the one before is dead at once."""
        return SecretShown(secret=apps.rotate_secret(actor=self.actor, app=app))


class InteractivitySecretView(Door):
    """The secret that requests to it are signed with."""

    @operation("interactivity.rotate", scope=None, answer=SecretShown, status=201, fails=(404,))
    def post(self, *, app: int) -> SecretShown:
        """Another one, shown this once. For a day requests bear both signatures."""
        return SecretShown(secret=interactivity.rotate(actor=self.actor, app=app))


class SubmissionView(Door):
    """Its place in the reviewers' queue."""

    @operation("apps.submit", scope=None, answer=AppRow, fails=(404, 409))
    def put(self, *, app: int) -> AppRow:
        """Ask for the approval of a draft."""
        return row(apps.request_approval(actor=self.actor, app=app))

    @operation("apps.withdraw", scope=None, answer=AppRow, fails=(404, 409))
    def delete(self, *, app: int) -> AppRow:
        """Take it out of the queue: it is a draft again."""
        return row(apps.withdraw(actor=self.actor, app=app))


class ReviewView(Door):
    """What a reviewer says."""

    @operation("apps.review", scope=None, body=Review, answer=AppRow, fails=(404, 409))
    def post(self, *, app: int, body: Review) -> AppRow:
        """Approve or turn down what waits; cut an approved app off, or let it in again. For administrators."""
        if body.decision == "suspend":
            return row(apps.suspend(actor=self.actor, app=app, reason=body.reason))
        if body.decision == "restore":
            return row(apps.restore(actor=self.actor, app=app))
        approve = body.decision == "approve"
        if selectors.get_app(self.actor, app).state == App.State.APPROVED:
            return row(manifests.decide(actor=self.actor, app=app, approve=approve, reason=body.reason).app)
        if approve:
            return row(apps.approve(actor=self.actor, app=app))
        return row(apps.reject(actor=self.actor, app=app, reason=body.reason))


def row(app: App) -> AppRow:
    """An app as who manages it sees it."""
    installed = app.installations.filter(ended_at__isnull=True).first()
    states = dict(
        app.versions.filter(state__in=("applied", "proposed")).order_by("number").values_list("state", "number")
    )
    return AppRow(
        id=app.pk,
        name=app.name,
        state=app.state,
        description=app.description,
        homepage=app.homepage,
        bot=app.bot_id or 0,
        owner=app.user_id or 0,
        reason=app.state_reason,
        client_id=app.client_id,
        scopes=list(app.scopes),
        departments=sorted(app.departments.values_list("pk", flat=True)),
        installation=InstallationRow(
            scopes=installed.scopes, at=int(installed.at.timestamp() * 1000), installer=installed.installer_id or 0
        )
        if installed
        else None,
        version=states.get("applied", 0),
        proposal=states.get("proposed", 0),
    )


def _public(app: App) -> AppRow:
    """The same, for everybody who may use it."""
    return AppRow(
        id=app.pk,
        name=app.name,
        state=app.state,
        description=app.description,
        homepage=app.homepage,
        bot=app.bot_id or 0,
    )


def _done(done: manifests.Done) -> AppDone:
    return AppDone(
        app=row(done.app),
        changes=[ChangeRow(path=each.path, before=each.before, after=each.after) for each in done.changes],
        applied=done.applied,
        secrets=Secrets(**done.secrets) if done.secrets else None,
    )


def _version(found: ManifestVersion) -> ManifestVersionRow:
    return ManifestVersionRow(
        number=found.number,
        state=found.state,
        at=int(found.at.timestamp() * 1000),
        manifest=found.content,
        changes=[ChangeRow(**each) for each in found.changes],
        author=found.author_id or 0,
        reason=found.reason,
    )
