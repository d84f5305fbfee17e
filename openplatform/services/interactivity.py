"""Where an app is asked, and which commands it has: declared by its manifest, kept here. Secrets are shown once.

Asking is ``interactions``'.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Target, record
from chat import slash
from openplatform import conf, policy, selectors, signing
from openplatform.dialects.manifest import Asked, Command
from openplatform.models import App, Interactivity, SlashCommand
from openplatform.services import slack_asking, slack_secrets, wires
from protocol import errors


def put(*, app: App, wanted: Asked | None) -> str:
    """Be asked there from now on, or (None) nowhere. Its secret when it is a new one, otherwise "".

    Inside the transaction of ``manifests``, which checked who acts and records it.
    """
    known = Interactivity.objects.filter(app=app).first()
    if wanted is None:
        if known is not None:
            known.delete()
        return ""
    if known is not None and (known.url, known.signature) == (wanted.url, wanted.signature):
        return ""
    if (wanted.url, wanted.signature) != (slack_asking.SOCKET, "slack"):  # asked over sockets that it opens
        wires.check(wanted.url)
    if known is not None:
        known.url, known.signature = wanted.url, wanted.signature
        known.save(update_fields=["url", "signature"])
        return ""
    secret = slack_secrets.choose(app=app.pk, signature=wanted.signature)
    Interactivity.objects.create(app=app, url=wanted.url, signature=wanted.signature, secret=signing.seal(secret))
    return secret


def put_commands(*, app: App, wanted: Sequence[Command]) -> None:
    """Have these commands and no others. Raises BadRequest with the path in the manifest. Like ``put`` inside of it."""
    if wanted and selectors.REGISTER not in app.scopes:
        raise errors.BadRequest(f"Commands need the scope {selectors.REGISTER}.", details={"path": "commands"})
    if wanted and not Interactivity.objects.filter(app=app).exists():
        raise errors.BadRequest("Commands need an address that is asked.", details={"path": "interactivity"})
    taken = {each.name for each in slash.list_own()}
    if selectors.live_installations().filter(app=app).exists():
        taken |= set(selectors.live_commands().exclude(app=app).values_list("name", flat=True))
    names = [each.name for each in wanted]
    for place, name in enumerate(names):
        if name in taken or name in names[:place]:
            raise errors.BadRequest(f"/{name} is taken.", details={"path": f"commands[{place}].name"})
    SlashCommand.objects.filter(app=app).exclude(name__in=names).delete()
    for each in wanted:
        SlashCommand.objects.update_or_create(
            app=app,
            name=each.name,
            defaults={"usage": each.usage, "help_en": each.help, "help_zh": each.help_zh},
        )


def refuse_taken(app: App) -> None:
    """Raises Conflict when another app at work has one of this app's commands: before it is installed."""
    mine = SlashCommand.objects.filter(app=app).values("name")
    if other := selectors.live_commands().filter(name__in=mine).exclude(app=app).first():
        details = {"rule": "command_taken", "command": other.name, "app": other.app_id}
        raise errors.Conflict(f"Another app has the command /{other.name}.", details=details)


def rotate(*, actor: Actor, app: int) -> str:
    """Another secret, shown this once. For ``secret_overlap`` requests bear both signatures. Raises NotFound."""
    secret = signing.new_secret()
    with transaction.atomic():
        row = Interactivity.objects.select_for_update(of=("self",)).select_related("app").filter(app=app).first()
        if row is None or not policy.may_manage(actor, row.app):
            raise errors.NotFound("There is no such app, or it is asked nowhere.")
        row.old_secret, row.old_until = row.secret, timezone.now() + conf.get().secret_overlap
        row.secret = signing.seal(secret)
        row.save(update_fields=["secret", "old_secret", "old_until"])
        slack_secrets.spread(app=app, signature=row.signature, sealed=row.secret)
        record(actor, "interactivity.secret_rotated", Target("app", app, row.app.name))
    return secret
