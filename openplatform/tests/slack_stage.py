"""Slack apps for tests: a bot in a group with Alice and Bob, an outsider's, and calls as Slack's clients make them."""

import json
import uuid
from typing import Any

from django.test import Client

from accounts.services import devices, tokens
from accounts.tests.factories import actor_of, person
from chat.services import conversations, messages
from openplatform.dialects import ids
from openplatform.scopes import SCOPES, for_bot
from openplatform.services import installations
from openplatform.tests.factories import Company

ALL = tuple(for_bot(SCOPES))


class Workspace:
    """The company's app is installed with every scope of bots; its bot is in ``group`` with Alice and Bob."""

    def __init__(self) -> None:
        self.company = Company()
        self.app = self.company.approved(ALL)
        self.installed, self.raw = installations.install(actor=self.company.owner, app=self.app.pk)
        self.app.refresh_from_db()
        self.bot = self.app.bot_id or 0
        self.bob = actor_of(person("bob"))
        made = conversations.create_group(
            actor=self.company.owner, title="Project Apollo", members=[self.bob.user, self.bot]
        )
        self.group, self.channel = made.pk, ids.spell("C", made.pk)
        self.other = self.company.outsider
        self.client = Client(enforce_csrf_checks=True)

    @property
    def token(self) -> str:
        return f"xoxb-{self.raw}"

    def outsider(self, scopes: Any = ALL) -> str:
        """A token of an app that acts for Charlie, who is in none of the groups."""
        seat = devices.register(user=self.company.charlie, platform="app", name="Spy", app=self.app.pk)
        return f"xoxp-{tokens.issue_for(device=seat, scopes=scopes, prefix='plya_')[0]}"

    def call(self, name: str, token: str = "", /, **arguments: Any) -> dict[str, Any]:
        """A method as Python's synchronous client calls it: a form."""
        response = self.post(name, arguments, token=token or self.token)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found

    def post(self, name: str, arguments: Any = None, *, token: str = "", kind: str = "", query: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        address = f"/slack/api/{name}{query}"
        if kind:
            sent = arguments if isinstance(arguments, str) else json.dumps(arguments)
            return self.client.post(address, sent, content_type=kind, headers=headers)
        plain = {name: json.dumps(each) if isinstance(each, (list, dict)) else each for name, each in arguments.items()}
        return self.client.post(address, plain, headers=headers)

    def say(self, text: str, *, thread: int = 0, **more: Any) -> str:
        """Bob says something in the group; its ts."""
        sent = messages.send(
            actor=self.bob,
            conversation=self.group,
            client_key=uuid.uuid4().hex,
            body={"text": text},
            thread_root=thread,
            **more,
        )
        return ids.ts_of(sent.seq, sent.at)
