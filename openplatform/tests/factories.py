"""Callers for the tests of the HTTP door: Alice owns, Bob is a member, Charlie is an outsider, Nobody did not sign in."""

import base64
import copy
import io
import os
import uuid
from dataclasses import dataclass
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone
from PIL import Image

from accounts.actor import SYSTEM
from accounts.services import tokens
from accounts.tests.factories import PASSWORD, actor_of, person
from chat import search
from chat.models import Entry
from chat.services import avatars, conversations, files, messages, polls, scheduled, uploads
from chat.tests.factories import soon
from chat.timeline import Outcome
from groups.models import Job, JoinRequest
from groups.services import bans, entering, jobs, reports, roles
from groups.services.spaces import channels, making
from openplatform import signing
from openplatform.models import App, EventSubscription, Installation, Interactivity, Modal, Whisper
from openplatform.services import apps, incoming, installations


@dataclass(frozen=True)
class Form:
    """A form with one file."""

    field: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Piece:
    """A piece of an upload."""

    offset: int
    content: bytes


class Caller:
    """A client of the HTTP door that speaks JSON as one person."""

    def __init__(self, username: str = "") -> None:
        self.client = Client()
        self.headers: dict[str, str] = {}
        self.name = username or "nobody"
        if username:
            self.user = person(username)
            raw, self.token = tokens.issue(user=self.user, device_name=f"{username}'s kit")
            self.headers["Authorization"] = f"Bearer {raw}"

    def __repr__(self) -> str:
        return self.name

    def again(self) -> "Caller":
        """Another client of the same person, with the same token."""
        same = copy.deepcopy(self)
        same.client = Client()
        return same

    def ask(self, method: str, address: str, body: Any = None, *, key: str = "", **headers: str) -> Any:
        """Django's response; ``address`` is below /api/v1/."""
        if isinstance(body, Piece):
            return self.ask(method, address, body.content, **{"Upload-Offset": str(body.offset)})
        if isinstance(body, Form):
            sent = encode_multipart(BOUNDARY, {body.field: SimpleUploadedFile(body.name, body.content)})
            return self.client.generic(
                method, f"/api/v1/{address}", sent, content_type=MULTIPART_CONTENT, headers=self.headers
            )
        return self.client.generic(
            method,
            f"/api/v1/{address}",
            b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body),
            content_type="application/octet-stream" if isinstance(body, bytes) else "application/json",
            headers={**self.headers, **headers, **({"Idempotency-Key": key} if key else {})},
        )

    def get(self, address: str, **headers: str) -> Any:
        return self.ask("GET", address, **headers)

    def post(self, address: str, body: Any = None, **more: str) -> Any:
        return self.ask("POST", address, {} if body is None else body, **more)


class World:
    """A group of Alice (owner) and Bob with a few messages and files in it; Charlie is a colleague outside of it."""

    password = PASSWORD

    def __init__(self) -> None:
        self.nobody = Caller()
        self.alice, self.bob, self.charlie, self.admin = (Caller(each) for each in ("alice", "bob", "charlie", "admin"))
        self.owner = actor_of(self.alice.user)
        made = conversations.create_group(actor=self.owner, title="Budget", members=[self.bob.user.pk])
        self.group = made.pk
        self.message = self.say("the budget of 2027").seq
        self.file = self.upload("plan.txt", b"plan " * 1000)
        self.image = self.upload("dot.png", PNG)
        self.poll = polls.create(
            actor=self.owner, conversation=self.group, client_key=uuid.uuid4().hex, question="When?", options=["a", "b"]
        ).seq
        self.urgent = self.say("the server room is hot", urgent=True).seq
        self.picture = avatars.put_group(actor=self.owner, conversation=self.group, stream=io.BytesIO(PNG))
        self.say({"file": self.file}, kind="file")
        self.say({"file": self.image}, kind="image")
        search.index(list(Entry.objects.filter(conversation=self.group)))

    def again(self) -> "World":
        """The same, for one more test: what a test hangs on it or its people reaches no other."""
        same = copy.copy(self)
        for name in ("nobody", "alice", "bob", "charlie", "admin"):
            setattr(same, name, getattr(self, name).again())
        return same

    def say(self, body: str | dict[str, Any], *, who: Caller | None = None, kind: str = "text", **more: Any) -> Outcome:
        """A message in the group, by Alice unless said otherwise."""
        return messages.send(
            actor=actor_of((who or self.alice).user),
            conversation=self.group,
            client_key=uuid.uuid4().hex,
            kind=kind,
            body={"text": body} if isinstance(body, str) else body,
            **more,
        )

    def upload(self, name: str, content: bytes) -> str:
        """A file of Alice's."""
        return str(files.store(actor=self.owner, name=name, stream=io.BytesIO(content)).pk)

    def begin_upload(self, size: int, content: bytes) -> str:
        """An upload of Alice's that has begun."""
        begun = uploads.begin(actor=self.owner, name="notes.txt", size=size)
        uploads.proceed(actor=self.owner, upload=begun.pk, offset=0, piece=content)
        return str(begun.pk)

    def whisper_to_bob(self) -> dict[str, int]:
        """A card that an app whispered to Bob, and a dialog that it opened for him. Nobody answers at its address."""
        app = self.approve()
        installations.install(actor=self.owner, app=app)
        url = "https://127.0.0.1/parley"
        Interactivity.objects.create(app_id=app, url=url, secret=signing.seal(signing.new_secret()))
        facts = {"app_id": app, "user": self.bob.user}
        heard = Whisper.objects.create(conversation_id=self.group, kind="card", body=CARD, **facts)
        opened = Modal.objects.create(conversation=self.group, client_key="press-001", body=MODAL, **facts)
        return {"whisper": heard.pk, "modal": opened.pk}

    def approve(self) -> int:
        """An app of Alice's that was approved."""
        app = apps.create(actor=self.owner, name="Build bot", scopes=["events:read"])[0].pk
        apps.request_approval(actor=self.owner, app=app)
        return apps.approve(actor=SYSTEM, app=app).pk

    def link(self) -> tuple[int, str]:
        """A link of Alice's into the group: its id and secret."""
        made, token = entering.make_link(actor=self.owner, conversation=self.group)
        return made.pk, token

    def job(self, order: jobs.Order | None = None, *, done: bool = False) -> Job:
        """A job of Alice's in the group, an export unless said otherwise."""
        made = jobs.start(actor=self.owner, conversation=self.group, order=order or jobs.Order("export"))
        for pk, ticket in jobs.find_due() if done else ():
            jobs.run(job=pk, ticket=ticket)
        made.refresh_from_db()
        return made

    def do(self, who: str, method: str, address: str, body: Any = None) -> Any:
        """Ask as ``who``; names in braces in ``address`` are ids of this world."""
        ids: dict[str, Any] = {
            "group": self.group,
            "message": self.message,
            "urgent": self.urgent,
            "poll": self.poll,
            "file": self.file,
            "image": self.image,
            "picture": self.picture,
            "bob": self.bob.user.pk,
            "charlie": self.charlie.user.pk,
            "device": self.alice.token.device_id,
        }
        if "{app}" in address or "{subscription}" in address:
            ids["app"] = apps.create(actor=self.owner, name="Build bot", scopes=["events:read"])[0].pk
            url = "https://127.0.0.1/events"
            ids["subscription"] = EventSubscription.objects.create(
                app_id=ids["app"], url=url, secret=signing.seal(signing.new_secret())
            ).pk
            Interactivity.objects.create(app_id=ids["app"], url=url, secret=signing.seal(signing.new_secret()))
        if "{approved}" in address or "{installed}" in address:
            ids["approved"] = ids["installed"] = self.approve()
        if "{installed}" in address:
            installations.install(actor=self.owner, app=ids["installed"])
        if "{whisper}" in address or "{modal}" in address:
            ids |= self.whisper_to_bob()
        if "{hook}" in address:
            ids["hook"] = incoming.create(actor=self.owner, conversation=self.group, name="Alarms")[1].pk
        if "{upload}" in address:
            ids["upload"] = self.begin_upload(10, b"hello")
        if "{complete}" in address:
            ids["complete"] = self.begin_upload(5, b"hello")
        if "{scheduled}" in address:
            written = scheduled.Written(text="later", at=soon())
            ids["scheduled"] = scheduled.schedule(actor=self.owner, conversation=self.group, written=written).pk
        if "{space}" in address or "{channel}" in address:
            making.turn(actor=self.owner, conversation=self.group)
            ids["space"] = self.group
            ids["category"] = channels.put_category(actor=self.owner, space=self.group, name=uuid.uuid4().hex)
            wish = channels.Wish(title="general")
            ids["channel"] = channels.create(actor=self.owner, space=self.group, wish=wish)
        if "{role}" in address:
            ids["role"] = roles.put(actor=self.owner, conversation=self.group, name=uuid.uuid4().hex)
        if "{link}" in address:
            ids["link"] = self.link()[0]
        if "{asked}" in address:
            ids["asked"] = JoinRequest.objects.create(
                conversation_id=self.group, user=person(f"asks{uuid.uuid4().hex}"), at=timezone.now()
            ).pk
        if "{job}" in address:
            known = Job.objects.filter(conversation=self.group).first()
            ids["job"] = (known or self.job(done="/file" in address)).pk
        if "{report}" in address:
            ids["report"] = reports.report(
                actor=actor_of(self.bob.user), conversation=self.group, target=self.message, category="spam"
            ).pk
        if "{banned}" in address:
            ids["banned"] = self.admin.user.pk
            bans.ban(actor=self.owner, conversation=self.group, user=self.admin.user.pk)
        return getattr(self, who).ask(method, address.format(**ids), body)


def _dot() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (640, 480), "red").save(buffer, "PNG")
    return buffer.getvalue()


#: A red picture, large enough for a thumbnail.
PNG = _dot()


def subscription(_: Any = None, endpoint: str = "https://push.example.com/send/abc") -> dict[str, Any]:
    """What a browser's PushSubscription says of itself, with keys made for it."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    public = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": public, "auth": os.urandom(16)}
    plain = {name: base64.urlsafe_b64encode(value).decode().rstrip("=") for name, value in keys.items()}
    return {"endpoint": endpoint, "expirationTime": None, "keys": plain}


#: A card with a button, and a dialog.
CARD = {
    "title": "Sure?",
    "blocks": [{"type": "actions", "elements": [{"type": "button", "text": "Yes", "action": "ok"}]}],
}
MODAL = {"title": "Why?", "action": "why", "submit": "Send", "blocks": [{"type": "input", "action": "why"}]}


class Company:
    """Alice owns an app; Grace administers; Charlie has nothing to do with it."""

    def __init__(self) -> None:
        self.alice, self.charlie = person("alice"), person("charlie")
        self.grace = person("grace", is_staff=True)
        self.owner, self.outsider, self.admin = map(actor_of, (self.alice, self.charlie, self.grace))

    def draft(self, scopes: tuple[str, ...] = ("messages:write",), **fields: Any) -> App:
        """An app of Alice's."""
        return apps.create(actor=self.owner, name="Build bot", scopes=list(scopes), **fields)[0]

    def approved(self, scopes: tuple[str, ...] = ("messages:write",), **fields: Any) -> App:
        """The same, approved by Grace."""
        made = self.draft(scopes, **fields)
        apps.request_approval(actor=self.owner, app=made.pk)
        return apps.approve(actor=self.admin, app=made.pk)

    def installed(self, scopes: tuple[str, ...] = ("messages:write",)) -> tuple[Installation, str]:
        """The same, installed: with its bot's token."""
        return installations.install(actor=self.owner, app=self.approved(scopes).pk)
