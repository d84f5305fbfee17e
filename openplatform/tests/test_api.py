"""Every route × {nobody, Alice the owner, Bob the member, Charlie the outsider}: who gets what.

The table is compared with the addresses of the door: a new route without a row here fails.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chat.tests.factories import soon
from openplatform.api.urls import RESOURCES
from openplatform.tests.factories import MODAL, PNG, Form, Piece, World, subscription

METHODS = ("get", "post", "put", "patch", "delete")
PEOPLE = ("nobody", "alice", "bob", "charlie")


@dataclass(frozen=True)
class Row:
    """One operation: where, with what, and the status for nobody, Alice, Bob and Charlie."""

    method: str
    address: str
    statuses: tuple[int, int, int, int]
    body: Callable[[World], Any] | None = None


def say(_: World) -> dict[str, Any]:
    return {"body": {"text": "hello"}}


def later(_: World) -> dict[str, Any]:
    return {"text": "happy birthday", "at": soon()}


def form(_: World) -> Form:
    return Form("file", "me.png", PNG)


ALL = (401, 200, 200, 200)
MEMBERS = (401, 200, 200, 403)
#: Files: a stranger is told that there is none.
READERS = (401, 200, 200, 404)
OWNERS = (401, 204, 403, 403)
#: Uploads under way: nobody but who began them.
OWNER = (401, 200, 404, 404)

TABLE: dict[str, Row] = {
    "me.get": Row("GET", "me", ALL),
    "tokens.create": Row("POST", "tokens", (201, 201, 201, 201), lambda w: {"username": "bob", "password": w.password}),
    "tokens.revoke": Row("DELETE", "tokens/current", (401, 204, 204, 204)),
    "tokens.renew": Row("POST", "tokens/renew", (401, 201, 201, 201)),
    "devices.list": Row("GET", "devices", ALL),
    "devices.revoke": Row("DELETE", "devices/{device}", (401, 204, 404, 404)),
    "users.list": Row("GET", "users", ALL),
    "users.get": Row("GET", "users/{charlie}", ALL),
    "presence.get": Row("GET", "presence?users={bob}", ALL),
    "conversations.list": Row("GET", "conversations", ALL),
    "conversations.create": Row("POST", "conversations", (401, 201, 201, 201), lambda w: {"title": "New"}),
    "conversations.direct": Row("POST", "conversations/direct", ALL, lambda w: {"user": w.admin.user.pk}),
    "conversations.get": Row("GET", "conversations/{group}", MEMBERS),
    "conversations.update": Row("PATCH", "conversations/{group}", (401, 200, 403, 403), lambda w: {"title": "Other"}),
    "conversations.read": Row("POST", "conversations/{group}/read", (401, 204, 204, 403), lambda w: {"read_number": 1}),
    "previews.remove": Row("DELETE", "conversations/{group}/messages/{message}/previews", (401, 200, 403, 403)),
    "me.change": Row("PATCH", "me", ALL, lambda w: {"title": "Chef"}),
    "status.put": Row("PUT", "me/status", ALL, lambda w: {"text": "Lunch"}),
    "avatars.get": Row("GET", "avatars/{picture}", READERS),
    "avatars.put_own": Row("PUT", "me/avatar", ALL, form),
    "avatars.remove_own": Row("DELETE", "me/avatar", (401, 204, 204, 204)),
    "avatars.put_group": Row("PUT", "conversations/{group}/avatar", (401, 200, 403, 403), form),
    "avatars.remove_group": Row("DELETE", "conversations/{group}/avatar", (401, 204, 403, 403)),
    "preferences.change": Row("PUT", "conversations/{group}/preferences", MEMBERS, lambda w: {"starred": True}),
    "settings.list": Row("GET", "me/settings", ALL),
    "settings.change": Row("PUT", "me/settings/theme", ALL, lambda w: {"value": "dark"}),
    "drafts.list": Row("GET", "me/drafts", ALL),
    "drafts.put": Row("PUT", "conversations/{group}/draft", MEMBERS, lambda w: {"text": "Dear all"}),
    "saved.list": Row("GET", "saved", ALL),
    "saved.keep": Row("PUT", "conversations/{group}/messages/{message}/saved", (401, 204, 204, 403)),
    "saved.let_go": Row("DELETE", "conversations/{group}/messages/{message}/saved", (401, 204, 204, 403)),
    "scheduled.list": Row("GET", "me/scheduled", ALL),
    "scheduled.create": Row("POST", "conversations/{group}/scheduled", (401, 201, 201, 403), later),
    "scheduled.move": Row("PATCH", "me/scheduled/{scheduled}", OWNER, lambda w: {"at": soon()}),
    "scheduled.cancel": Row("DELETE", "me/scheduled/{scheduled}", (401, 204, 404, 404)),
    "reminders.list": Row("GET", "me/reminders", ALL),
    "reminders.put": Row(
        "PUT", "conversations/{group}/messages/{message}/reminder", (401, 204, 204, 403), lambda w: {"at": soon()}
    ),
    "reminders.dismiss": Row("DELETE", "conversations/{group}/messages/{message}/reminder", (401, 204, 204, 403)),
    "commands.list": Row("GET", "commands", ALL),
    "commands.run": Row("POST", "conversations/{group}/commands", MEMBERS, lambda w: {"text": "/help"}),
    "members.list": Row("GET", "conversations/{group}/members", MEMBERS),
    "members.add": Row(
        "POST", "conversations/{group}/members", (401, 204, 403, 403), lambda w: {"users": [w.charlie.user.pk]}
    ),
    "members.change": Row(
        "PATCH", "conversations/{group}/members/{bob}", (401, 204, 403, 403), lambda w: {"role": "admin"}
    ),
    "members.remove": Row("DELETE", "conversations/{group}/members/{bob}", (401, 204, 403, 403)),
    "members.leave": Row("POST", "conversations/{group}/leave", (401, 409, 204, 403)),
    "members.give_role": Row("PUT", "conversations/{group}/members/{bob}/role", OWNERS, lambda w: {"role": 0}),
    "governance.get": Row("GET", "conversations/{group}/governance", MEMBERS),
    "governance.change": Row(
        "PATCH", "conversations/{group}/governance", (401, 200, 403, 403), lambda w: {"slow_seconds": 5}
    ),
    "governance.archive": Row("PUT", "conversations/{group}/archive", OWNERS),
    "governance.open": Row("DELETE", "conversations/{group}/archive", OWNERS),
    "permissions.explain": Row("GET", "conversations/{group}/permissions", MEMBERS),
    "roles.create": Row("POST", "conversations/{group}/roles", (401, 201, 403, 403), lambda w: {"name": "Host"}),
    "roles.change": Row("PUT", "conversations/{group}/roles/{role}", (401, 204, 403, 403), lambda w: {"name": "Guide"}),
    "roles.remove": Row("DELETE", "conversations/{group}/roles/{role}", OWNERS),
    "spaces.list": Row("GET", "spaces", ALL),
    "spaces.create": Row("POST", "spaces", (401, 201, 201, 201), lambda w: {"title": "World"}),
    "spaces.get": Row("GET", "spaces/{space}", MEMBERS),
    "spaces.turn": Row("PUT", "conversations/{group}/space", OWNERS),
    "categories.create": Row("POST", "spaces/{space}/categories", (401, 201, 403, 403), lambda w: {"name": "Work"}),
    "categories.change": Row("PUT", "spaces/{space}/categories/{category}", OWNERS, lambda w: {"name": "Play"}),
    "categories.remove": Row("DELETE", "spaces/{space}/categories/{category}", OWNERS),
    "channels.create": Row("POST", "spaces/{space}/channels", (401, 201, 403, 403), lambda w: {"title": "general"}),
    "channels.change": Row("PATCH", "channels/{channel}", OWNERS, lambda w: {"private": True}),
    "channels.subscribe": Row("PUT", "channels/{channel}/subscription", (401, 204, 204, 403)),
    "channels.unsubscribe": Row("DELETE", "channels/{channel}/subscription", (401, 204, 204, 403)),
    "channels.access": Row("GET", "channels/{channel}/access", (401, 200, 403, 403)),
    "channels.explain": Row("GET", "channels/{channel}/access/explained", MEMBERS),
    "channels.set_role": Row(
        "PUT", "channels/{channel}/access/roles/{role}", (401, 204, 403, 403), lambda w: {"allowed": True}
    ),
    "channels.unset_role": Row("DELETE", "channels/{channel}/access/roles/{role}", OWNERS),
    "channels.set_person": Row(
        "PUT", "channels/{channel}/access/people/{bob}", (401, 204, 403, 403), lambda w: {"allowed": False}
    ),
    "channels.unset_person": Row("DELETE", "channels/{channel}/access/people/{bob}", OWNERS),
    "groups.join": Row("POST", "conversations/{group}/join", MEMBERS, lambda w: {}),
    "requests.list": Row("GET", "conversations/{group}/requests", (401, 200, 403, 403)),
    "requests.answer": Row("POST", "conversations/{group}/requests/{asked}", OWNERS, lambda w: {"approve": True}),
    "links.list": Row("GET", "conversations/{group}/links", (401, 200, 403, 403)),
    "links.create": Row("POST", "conversations/{group}/links", (401, 201, 403, 403), lambda w: {"max_uses": 5}),
    "links.revoke": Row("DELETE", "conversations/{group}/links/{link}", OWNERS),
    "links.use": Row("POST", "links/use", ALL, lambda w: {"token": w.link()[1]}),
    "bans.list": Row("GET", "conversations/{group}/bans", (401, 200, 403, 403)),
    "bans.put": Row("PUT", "conversations/{group}/bans/{bob}", OWNERS, lambda w: {"reason": "spam"}),
    "bans.remove": Row("DELETE", "conversations/{group}/bans/{banned}", OWNERS),
    "reports.create": Row(
        "POST", "conversations/{group}/messages/{message}/report", (401, 403, 201, 403), lambda w: {"category": "spam"}
    ),
    "reports.list": Row("GET", "conversations/{group}/reports", (401, 200, 403, 403)),
    "reports.answer": Row(
        "POST", "conversations/{group}/reports/{report}", (401, 204, 403, 403), lambda w: {"outcome": "dismissed"}
    ),
    "messages.list": Row("GET", "conversations/{group}/messages", MEMBERS),
    "messages.send": Row("POST", "conversations/{group}/messages", (401, 201, 201, 403), say),
    "messages.edit": Row("PATCH", "conversations/{group}/messages/{message}", (401, 200, 403, 403), say),
    "messages.recall": Row("DELETE", "conversations/{group}/messages/{message}", (401, 200, 403, 403)),
    "reactions.add": Row("PUT", "conversations/{group}/messages/{message}/reactions/👍", MEMBERS),
    "reactions.remove": Row("DELETE", "conversations/{group}/messages/{message}/reactions/👍", MEMBERS),
    "messages.edits": Row("GET", "conversations/{group}/messages/{message}/edits", MEMBERS),
    "messages.readers": Row("GET", "conversations/{group}/messages/{message}/readers?state=unread", MEMBERS),
    "threads.list": Row("GET", "threads", ALL),
    "threads.follow": Row("PUT", "conversations/{group}/threads/{message}/follow", (401, 204, 204, 403)),
    "threads.unfollow": Row("DELETE", "conversations/{group}/threads/{message}/follow", (401, 204, 204, 403)),
    "threads.read": Row(
        "POST", "conversations/{group}/threads/{message}/read", (401, 204, 204, 403), lambda w: {"seq": 5}
    ),
    "inbox.read_all": Row("POST", "inbox/read_all", ALL),
    "messages.forward": Row(
        "POST",
        "conversations/{group}/forward",
        MEMBERS,
        lambda w: {"source": w.group, "messages": [w.message], "merged": True, "comment": "look"},
    ),
    "cards.act": Row(
        "POST", "conversations/{group}/messages/{poll}/actions", MEMBERS, lambda w: {"action": "option.1"}
    ),
    "pins.list": Row("GET", "conversations/{group}/pins", MEMBERS),
    "pins.add": Row("PUT", "conversations/{group}/messages/{message}/pin", MEMBERS),
    "pins.remove": Row("DELETE", "conversations/{group}/messages/{message}/pin", MEMBERS),
    "confirmations.add": Row(
        "POST", "conversations/{group}/messages/{urgent}/confirm", (401, 403, 200, 403), lambda w: None
    ),
    "scopes.list": Row("GET", "scopes", ALL),
    "apps.list": Row("GET", "apps", ALL),
    "apps.create": Row("POST", "apps", (401, 201, 201, 201), lambda w: {"name": "Builds"}),
    "apps.get": Row("GET", "apps/{app}", OWNER),
    "manifests.get": Row("GET", "apps/{app}/manifest", OWNER),
    "manifests.put": Row("PUT", "apps/{app}/manifest", OWNER, lambda w: {"name": "CI"}),
    "manifests.versions": Row("GET", "apps/{app}/manifest/versions", OWNER),
    "manifests.translate": Row(
        "POST", "apps/translate", ALL, lambda w: {"text": '{"display_information": {"name": "Builds"}}'}
    ),
    "apps.usage": Row("GET", "apps/{app}/usage", OWNER),
    "interactions.list": Row("GET", "apps/{app}/interactions", OWNER),
    "apps.rotate": Row("POST", "apps/{app}/secret", (401, 201, 404, 404)),
    "interactivity.rotate": Row("POST", "apps/{app}/interactivity/secret", (401, 201, 404, 404)),
    "apps.submit": Row("PUT", "apps/{app}/submission", OWNER),
    "apps.withdraw": Row("DELETE", "apps/{app}/submission", (401, 409, 404, 404)),
    # Her own nobody reviews: administrators do, test_apps.py.
    "apps.review": Row("POST", "apps/{app}/review", (401, 403, 404, 404), lambda w: {"decision": "approve"}),
    "installations.preview": Row("GET", "apps/{app}/consent", OWNER),
    "installations.create": Row(
        "POST", "apps/{approved}/installation", (401, 201, 404, 404), lambda w: {"scopes": ["events:read"]}
    ),
    "installations.consent": Row("PUT", "apps/{installed}/installation", OWNER, lambda w: {"scopes": []}),
    "installations.remove": Row("DELETE", "apps/{installed}/installation", (401, 204, 404, 404)),
    "installations.token": Row("POST", "apps/{installed}/installation/token", (401, 201, 404, 404), lambda w: {}),
    # The address is the secret: whoever knows none is answered alike. test_interactions.py has the others.
    "responses.send": Row("POST", "responses/plyr_none", (404, 404, 404, 404), lambda w: {"text": "Done"}),
    "whispers.list": Row("GET", "conversations/{group}/whispers", MEMBERS),
    # An app's bot alone: test_whispers.py and test_modals.py.
    "whispers.send": Row(
        "POST",
        "conversations/{group}/whispers",
        (401, 404, 404, 403),
        lambda w: {"user": w.bob.user.pk, "body": {"text": "psst"}},
    ),
    "whispers.remove": Row("DELETE", "conversations/{group}/whispers/{whisper}", (401, 404, 204, 403)),
    "whispers.act": Row(
        "POST", "conversations/{group}/whispers/{whisper}/actions", (401, 404, 409, 403), lambda w: {"action": "ok"}
    ),
    "modals.open": Row("POST", "modals", (401, 404, 404, 404), lambda w: {"trigger": "none", "modal": MODAL}),
    "modals.get": Row("GET", "modals/{modal}", (401, 404, 200, 404)),
    "modals.change": Row("PUT", "modals/{modal}", (401, 404, 404, 404), lambda w: {"modal": MODAL}),
    "modals.submit": Row(
        "POST", "modals/{modal}/submission", (401, 404, 409, 404), lambda w: {"values": {"why": "Ill"}}
    ),
    "modals.close": Row("DELETE", "modals/{modal}", (401, 404, 204, 404)),
    "subscriptions.list": Row("GET", "apps/{app}/subscriptions", OWNER),
    "subscriptions.create": Row("POST", "apps/{app}/subscriptions", (401, 201, 404, 404), lambda w: {}),
    "subscriptions.remove": Row("DELETE", "subscriptions/{subscription}", (401, 204, 404, 404)),
    "subscriptions.verify": Row("POST", "subscriptions/{subscription}/verify", (401, 409, 404, 404)),
    "subscriptions.rotate": Row("POST", "subscriptions/{subscription}/secret", (401, 201, 404, 404)),
    "deliveries.list": Row("GET", "subscriptions/{subscription}/deliveries", OWNER),
    "deliveries.redeliver": Row(
        "POST", "subscriptions/{subscription}/deliveries", OWNER, lambda w: {"first": 1, "last": 2}
    ),
    # Its app's bot alone: test_deliveries.py.
    "events.pull": Row("GET", "subscriptions/{subscription}/events", (401, 404, 404, 404)),
    "webhooks.list": Row("GET", "conversations/{group}/webhooks", (401, 200, 403, 403)),
    "webhooks.create": Row(
        "POST", "conversations/{group}/webhooks", (401, 201, 403, 403), lambda w: {"name": "Builds"}
    ),
    "webhooks.change": Row(
        "PATCH", "conversations/{group}/webhooks/{hook}", (401, 200, 403, 403), lambda w: {"name": "CI"}
    ),
    "webhooks.renew": Row("POST", "conversations/{group}/webhooks/{hook}/secret", (401, 201, 403, 403)),
    "webhooks.revoke": Row("DELETE", "conversations/{group}/webhooks/{hook}", (401, 204, 403, 403)),
    "jobs.start": Row("POST", "conversations/{group}/jobs", (401, 202, 403, 403), lambda w: {"kind": "export"}),
    "jobs.import": Row("POST", "conversations/{group}/jobs/import", (401, 202, 403, 403), lambda w: b"charlie"),
    "jobs.list": Row("GET", "jobs", ALL),
    "jobs.get": Row("GET", "jobs/{job}", OWNER),
    "jobs.report": Row("GET", "jobs/{job}/report", OWNER),
    "jobs.file": Row("GET", "jobs/{job}/file", OWNER),
    "jobs.cancel": Row("DELETE", "jobs/{job}", (401, 204, 404, 404)),
    "entries.list": Row("GET", "conversations/{group}/entries?after=0", MEMBERS),
    "sync.inbox": Row("POST", "sync", ALL, lambda w: {"positions": {str(w.group): 1}}),
    "search.messages": Row("GET", "search?q=budget&conversation={group}", MEMBERS),
    "conversations.files": Row("GET", "conversations/{group}/files", MEMBERS),
    "uploads.begin": Row("POST", "uploads", (401, 201, 201, 201), lambda w: {"name": "a.txt", "size": 5}),
    "uploads.get": Row("GET", "uploads/{upload}", OWNER),
    "uploads.proceed": Row("PATCH", "uploads/{upload}", OWNER, lambda w: Piece(5, b"world")),
    "uploads.complete": Row("POST", "uploads/{complete}/complete", OWNER, lambda w: {}),
    "uploads.remove": Row("DELETE", "uploads/{upload}", (401, 204, 404, 404)),
    "push.key": Row("GET", "push/key", ALL),
    "push.subscribe": Row("PUT", "devices/current/push", (401, 204, 204, 204), subscription),
    "push.register": Row(
        "PUT",
        "devices/current/push/token",
        (401, 204, 204, 204),
        lambda _: {"provider": "console", "token": "12345678"},
    ),
    "push.trace": Row("GET", "conversations/{group}/messages/{message}/push", MEMBERS),
    "push.unsubscribe": Row("DELETE", "devices/current/push", (401, 204, 204, 204)),
    "files.create": Row("POST", "files?name=a.txt", (401, 201, 201, 201), lambda w: b"hello"),
    "files.get": Row("GET", "files/{file}", READERS),
    "files.thumbnail": Row("GET", "files/{image}/thumbnail", READERS),
}

#: What a refusal may be called.
CODES = {401: {"unauthenticated"}, 403: {"not_a_member", "not_allowed"}, 404: {"not_found"}, 409: {"conflict"}}


def test_every_route_has_a_row():
    routes = {
        getattr(getattr(view, method), "operation", f"{address} {method} is not an operation")
        for address, view in RESOURCES.items()
        for method in METHODS
        if hasattr(view, method)
    }
    assert routes == set(TABLE)


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("name", TABLE)
def test_who_gets_what(world: World, name: str, who: str):
    row = TABLE[name]
    response = world.do(who, row.method, row.address, row.body and row.body(world))
    expected = row.statuses[PEOPLE.index(who)]
    assert response.status_code == expected, getattr(response, "content", b"")[:500]
    if expected >= 400:
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["code"] in CODES[expected]


@pytest.mark.parametrize("name", [name for name, row in TABLE.items() if "{group}" in row.address])
def test_an_outsider_cannot_tell_a_conversation_from_none(world: World, name: str):
    row = TABLE[name]
    body = row.body and row.body(world)
    there = world.do("charlie", row.method, row.address, body).json()
    nowhere = world.do("charlie", row.method, row.address.replace("{group}", "987654321"), body).json()
    assert there["code"] == "not_a_member"
    for each in (there, nowhere):
        del each["request_id"]
    assert there == nowhere


def test_an_outsider_sees_nothing_in_the_pages_that_everybody_has(world: World):
    """Inbox, sync and search are open to Charlie, and hold nothing of the group."""
    assert world.group not in [each["conversation"] for each in world.charlie.get("conversations").json()["states"]]
    synced = world.charlie.post("sync", {"positions": {str(world.group): 1}}).json()
    assert synced["gone"] == [world.group]
    assert "deltas" not in synced
    assert world.charlie.get("search?q=budget").json()["hits"] == []
    assert len(world.bob.get("search?q=budget").json()["hits"]) == 1
