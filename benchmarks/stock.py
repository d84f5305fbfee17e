"""The textbook Channels design, kept as a baseline: one ``group_add`` per socket, one transaction and one encode each.

It stores what Parley stores (an entry with a gapless seq) before it sends, and nothing more. Not part of the product.
"""

import json
import os
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

from django.core.asgi import get_asgi_application

_django = get_asgi_application()

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat.models import Conversation, Entry


def store(conversation: int, sender: int, key: str, text: str) -> int:
    """One message, one transaction; returns its seq."""
    with transaction.atomic():
        Conversation.objects.filter(pk=conversation).update(
            last_seq=F("last_seq") + 1, last_number=F("last_number") + 1
        )
        seq, number = Conversation.objects.values_list("last_seq", "last_number").get(pk=conversation)
        Entry.objects.create(
            conversation_id=conversation,
            seq=seq,
            number=number,
            type="message.created",
            sender_id=sender,
            client_key=key,
            kind="text",
            body={"text": text},
            version=seq,
            at=timezone.now(),
        )
    return seq


class StockConsumer(AsyncWebsocketConsumer):
    """What the tutorial shows."""

    async def connect(self) -> None:
        """Every socket joins the group by itself."""
        asked = parse_qs(self.scope["query_string"].decode())
        self.conversation, self.user = int(asked["conversation"][0]), int(asked["user"][0])
        await self.channel_layer.group_add(f"conv.{self.conversation}", self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """And leaves it."""
        await self.channel_layer.group_discard(f"conv.{self.conversation}", self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Store, tell the group, acknowledge."""
        said = json.loads(text_data or "{}")
        seq = await database_sync_to_async(store)(self.conversation, self.user, said["client_key"], said["text"])
        event = {"type": "message.created", "seq": seq, "sender": self.user, "text": said["text"]}
        await self.channel_layer.group_send(f"conv.{self.conversation}", {"type": "deliver", "event": event})
        await self.send(json.dumps({"type": "message.accepted", "id": said["id"], "seq": seq}))

    async def deliver(self, message: dict[str, Any]) -> None:
        """One encode per socket."""
        await self.send(json.dumps(message["event"]))


application = ProtocolTypeRouter({"http": _django, "websocket": StockConsumer.as_asgi()})
