"""What is in a sandbox: four people, a group, an app with every scope of bots, its bot in the group, a webhook."""

from typing import Any

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.services import tokens, users
from chat.services import conversations
from openplatform import scopes
from openplatform.services import apps, incoming, installations, subscriptions

#: Of everybody, in a server that lives for minutes and listens on this machine alone.
PASSWORD = "sandbox-password-1"  # noqa: S105
PEOPLE = {"alice": "Alice", "bob": "Bob", "charlie": "Charlie", "grace": "Grace"}


def make(*, app_url: str = "") -> dict[str, Any]:
    """Make it all. ``app_url``: where events are posted; "": the app pulls them or opens a socket.

    Alice owns the app and the group, Bob is a member, Charlie is in nothing, Grace administers.
    """
    people = {
        name: users.create(actor=SYSTEM, username=name, name=full, password=PASSWORD) for name, full in PEOPLE.items()
    }
    User.objects.filter(pk=people["grace"].pk).update(is_staff=True)
    alice = Actor(user=people["alice"].pk, name="Alice")
    app, secret = apps.create(
        actor=alice,
        name="Sandbox app",
        scopes=[name for name, each in scopes.SCOPES.items() if each.bot],
        redirect_uris=["http://127.0.0.1:9000/back"],
    )
    apps.request_approval(actor=alice, app=app.pk)
    apps.approve(actor=Actor(user=people["grace"].pk, name="Grace", staff=True), app=app.pk)
    installed, token = installations.install(actor=alice, app=app.pk)
    bot = installed.app.bot_id or 0
    group = conversations.create_group(actor=alice, title="Sandbox", members=[people["bob"].pk, bot]).pk
    row, events = subscriptions.create(actor=alice, app=app.pk, url=app_url)
    if app_url:
        subscriptions.activate(actor=alice, subscription=row.pk)  # the app may not run yet: no challenge
    return {
        "people": {
            name: {"id": each.pk, "token": tokens.issue(user=each, device_name="Sandbox")[0]}
            for name, each in people.items()
        },
        "password": PASSWORD,
        "group": group,
        "app": {"id": app.pk, "bot": bot, "token": token, "client_id": app.client_id, "client_secret": secret},
        "events": {"subscription": row.pk, "url": app_url, "secret": events},
        "webhook": f"/hooks/{incoming.create(actor=alice, conversation=group, name='CI')[0]}",
    }
