"""Run in a process of its own against the database of a server under test: an app with a bot in a group of Alice's and Bob's.

``python -m tests.interop.slack_setup app URL`` prints its ids, token and secret; URL is where it is asked.
"socket:": over sockets.
"""

import json
import sys

import django

django.setup()

from accounts.models import User  # noqa: E402 - after setup
from accounts.tests.factories import actor_of  # noqa: E402
from chat.services import conversations  # noqa: E402
from openplatform.dialects import ids  # noqa: E402
from openplatform.dialects.manifest import Asked, Command  # noqa: E402
from openplatform.scopes import SCOPES, for_bot  # noqa: E402
from openplatform.services import apps, installations, interactivity  # noqa: E402


def app(url: str) -> dict[str, object]:
    """Alice's app, approved by an administrator and installed with every scope of bots."""
    alice, bob = (User.objects.get(username=name) for name in ("alice", "bob"))
    admin, _made = User.objects.get_or_create(username="grace", defaults={"name": "Grace", "is_staff": True})
    owner = actor_of(alice)
    made, _ = apps.create(actor=owner, name="Build bot", scopes=for_bot(SCOPES))
    apps.request_approval(actor=owner, app=made.pk)
    apps.approve(actor=actor_of(admin), app=made.pk)
    installed, raw = installations.install(actor=owner, app=made.pk)
    bot = installed.app.bot_id or 0
    secret = interactivity.put(app=made, wanted=Asked(url=url, signature="slack"))
    interactivity.put_commands(app=made, wanted=[Command(name=f"deploy{made.pk}", help="Deploy")])
    group = conversations.create_group(actor=owner, title="Project Apollo", members=[bob.pk, bot]).pk
    return {
        "token": f"xoxb-{raw}",
        "app": made.pk,
        "secret": secret,
        "bot": bot,
        "group": group,
        "channel": ids.spell("C", group),
        "alice": ids.spell("U", alice.pk),
        "bob": ids.spell("U", bob.pk),
    }


if __name__ == "__main__":
    json.dump({"app": app}[sys.argv[1]](sys.argv[2]), sys.stdout)
