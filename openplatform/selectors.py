"""Reads about apps: for their owners, for reviewers, and for whoever serves them."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.models import Department, User
from openplatform import policy
from openplatform.models import App, Installation, ManifestVersion, SlashCommand
from protocol import errors

#: The scope without which an installed app has no commands.
REGISTER = "commands:register"


def digest(secret: str) -> str:
    """What is stored of a random secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def get_app(actor: Actor, app: int) -> App:
    """An app that the actor manages; a stranger's answers like one that does not exist."""
    found = App.objects.select_related("user", "bot").filter(pk=app).first()
    if found is None or not policy.may_manage(actor, found):
        raise errors.NotFound("There is no such app.")
    return found


def list_apps(actor: Actor) -> list[App]:
    """The actor's own apps, the newest first."""
    if not policy.in_person(actor):
        return []
    return list(App.objects.select_related("bot").filter(user=actor.user).order_by("-pk"))


def list_waiting(actor: Actor) -> list[App]:
    """What waits for a reviewer, itself or a change of it, the longest first; nothing for others."""
    if not policy.may_review(actor):
        return []
    asks = ManifestVersion.objects.filter(state=ManifestVersion.State.PROPOSED).values("app")
    rows = App.objects.select_related("user", "bot").filter(Q(state=App.State.PENDING) | Q(pk__in=asks))
    return list(rows.order_by("state_at", "pk"))


def live_installations() -> QuerySet[Installation]:
    """Installations of apps that are at work now: neither uninstalled nor suspended. With app and bot."""
    rows = Installation.objects.select_related("app__bot")
    return rows.filter(ended_at__isnull=True, app__state=App.State.APPROVED)


def live_commands() -> QuerySet[SlashCommand]:
    """Commands of apps that are at work now."""
    at_work = live_installations().values("app")
    return SlashCommand.objects.filter(app__in=at_work).select_related("app__bot").order_by("name")


def list_commands(actor: Actor) -> list[SlashCommand]:
    """The commands that the actor may use, by name. Five queries, whatever their number."""
    may = {each.pk for each in list_available(actor)}
    given = {each.app_id for each in live_installations() if REGISTER in each.scopes}
    return [each for each in live_commands() if each.app_id in may & given]


def list_available(actor: Actor) -> list[App]:
    """Apps at work that the actor may use, by name. Three queries, whatever their number."""
    person = User.objects.filter(pk=actor.user).first()
    if person is None:
        return []
    rows = App.objects.filter(pk__in=live_installations().values("app")).select_related("bot")
    path = _departments_of(person)
    found = rows.prefetch_related("departments").order_by("name", "pk")
    return [
        each for each in found if policy.is_available(each, frozenset(one.pk for one in each.departments.all()), path)
    ]


def get_installation(app: int) -> Installation:
    """The live installation of an app; raises NotFound."""
    found = live_installations().filter(app=app).first()
    if found is None:
        raise errors.NotFound("The app is not installed.")
    return found


def find_by_bots(users: Iterable[int]) -> dict[int, Installation]:
    """Live installations by the user ids of their bots, among ``users``. One query, whatever their number."""
    return {each.app.bot_id or 0: each for each in live_installations().filter(app__bot__in=list(users))}


def may_use(app: App, user: User) -> bool:
    """Whether ``user`` is among those for whom ``app`` is available. At most two queries."""
    wanted = frozenset(app.departments.values_list("pk", flat=True))
    return policy.is_available(app, wanted, _departments_of(user) if wanted else frozenset())


def _departments_of(user: User) -> frozenset[int]:
    above = dict(Department.objects.values_list("pk", "parent"))
    path: set[int] = set()
    pk = user.department_id
    while pk is not None and pk not in path:
        path.add(pk)
        pk = above.get(pk)
    return frozenset(path)
