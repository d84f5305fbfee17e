"""Run in a process of its own against the database of a server under test: people with tokens; and the table.

``python -m tests.delivery_setup make PEOPLE`` prints {"people": [[id, token] …]}.
``python -m tests.delivery_setup table CONVERSATION`` prints its entries, in order; ``tables 0`` those of every conversation.
"""

import json
import sys

import django

django.setup()

from accounts.models import User  # noqa: E402 - after setup
from accounts.services import tokens  # noqa: E402
from chat.models import Entry  # noqa: E402


def make(count: int) -> dict[str, object]:
    """``count`` people, each with one more token."""
    names = ["alice", "bob", "charlie", *(f"person{index}" for index in range(3, count))][:count]
    known = {each.username: each for each in User.objects.filter(username__in=names)}
    people = [known.get(name) or User.objects.create_user(name, None, name=name.capitalize()) for name in names]
    return {"people": [[person.pk, tokens.issue(user=person, device_name="test")[0]] for person in people]}


def table(conversation: int) -> list[list[object]]:
    """seq, number, type, sender, client_key, body of every entry."""
    fields = ("seq", "number", "type", "sender_id", "client_key", "body")
    found = Entry.objects.filter(conversation_id=conversation).order_by("seq").values_list(*fields)
    return [list(row) for row in found]


def tables(_all: int) -> dict[int, list[list[object]]]:
    """The same of every conversation that has any, without the bodies."""
    fields = ("conversation_id", "seq", "number", "type", "sender_id", "client_key")
    found: dict[int, list[list[object]]] = {}
    for conversation, *row in Entry.objects.order_by("conversation_id", "seq").values_list(*fields).iterator():
        found.setdefault(conversation, []).append([*row, None])
    return found


json.dump({"make": make, "table": table, "tables": tables}[sys.argv[1]](int(sys.argv[2])), sys.stdout)
