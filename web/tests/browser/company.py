"""A small company for the browser tests, made through the services: Alice, Bob and Charlie, one direct talk, one group.

Run in a shell of the server to be tested; prints the ids as JSON.
"""

import json

from accounts.actor import SYSTEM, Actor
from accounts.services import users
from chat.services import conversations, messages

PASSWORD = "browser-tests-only-1"


def make() -> dict[str, int]:
    """The company; ids by name."""
    people = {
        username: users.create(actor=SYSTEM, username=username, name=name, other_name=other, password=PASSWORD)
        for username, name, other in (
            ("alice", "Alice Wang", "王爱丽"),
            ("bob", "Bob Miller", ""),
            ("charlie", "李查理", "Charlie Li"),
        )
    }
    actors = {name: Actor(user=user.pk, name=user.name) for name, user in people.items()}
    direct = conversations.open_direct(actor=actors["alice"], user=people["bob"].pk).pk
    group = conversations.create_group(
        actor=actors["alice"], title="Launch 发布组", members=[people["bob"].pk, people["charlie"].pk]
    ).pk
    for at in range(130):
        who = ("alice", "bob", "charlie")[at % 3]
        text = f"Line {at} of the launch plan. " + "More words. " * (at % 5)
        messages.send(actor=actors[who], conversation=group, client_key=f"seed-{at:05}", body={"text": text})
    return {"direct": direct, "group": group, **{name: user.pk for name, user in people.items()}}


def tell() -> None:
    """Make it and print the ids."""
    print(json.dumps(make()))
