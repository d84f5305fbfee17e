"""The AsyncAPI document of what apps are told, by all three transports. Made from the definitions; at /api/v1/asyncapi."""

import inspect
from functools import cache
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from openplatform.api.components import tidy
from openplatform.api.door import Door
from openplatform.dialects.envelope import TYPES
from protocol import conversation_events

TEMPLATE = "#/components/schemas/{name}"
ABOUT = """
What an app is told of the conversations that its bot is in (`docs/events.md`: when, how often, in which order).
The same envelope is posted to the app's address, signed as Standard Webhooks, and pulled by its bot; over the socket
the same events come in `events` frames.
"""
SIGNED = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "description": "The envelope's id: the same in every attempt."},
        "webhook-timestamp": {"type": "string", "description": "Seconds; older than five minutes is refused."},
        "webhook-signature": {
            "type": "string",
            "description": "`v1,` and base64 of HMAC-SHA256; two while a secret is replaced.",
        },
    },
}


class EventsSchema(Door):
    """The document as JSON. Generated once per process: it only changes with the code."""

    public = True

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The AsyncAPI 3.0 document."""
        body = msgspec.json.encode(get_document())
        return HttpResponse(body, content_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def get_document() -> dict[str, Any]:
    """The whole document."""
    events = {
        str(each.__struct_config__.tag): each
        for each in vars(conversation_events).values()
        if isinstance(each, type) and issubclass(each, msgspec.Struct) and each.__struct_config__.tag in TYPES
    }
    _, schemas = msgspec.json.schema_components(list(events.values()), ref_template=TEMPLATE)
    names = {kind: shape.__name__ for kind, shape in events.items()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Parley's events for apps", "version": "1", "description": ABOUT.strip()},
        "defaultContentType": "application/json",
        "servers": {
            "parley": {
                "host": "{host}",
                "protocol": "https",
                "variables": {"host": {"description": "Where this Parley is."}},
                "security": [{"$ref": "#/components/securitySchemes/token"}],
            }
        },
        "channels": {
            "posted": _channel(None, "The app's own address: a POST for each event.", names),
            "pulled": _channel(
                "/api/v1/subscriptions/{subscription}/events",
                "Pages of envelopes after a number, over seven days.",
                names,
            )
            | {"parameters": {"subscription": {"description": "Number of the subscription."}}},
            "socket": {
                "address": "/ws/v1/",
                "description": "Frames of the bot's socket that hold events; other frames are in docs/protocol.md.",
                "messages": {"events": {"$ref": "#/components/messages/events"}},
            },
        },
        "operations": {
            each: {"action": "send", "channel": {"$ref": f"#/channels/{each}"}}
            for each in ("posted", "pulled", "socket")
        },
        "components": {
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A bot's token, `plyb_…`."}
            },
            "schemas": {name: tidy(schema) for name, schema in sorted(schemas.items())},
            "messages": {kind: _message(kind, events[kind]) for kind in sorted(events)} | {"events": _frame(names)},
        },
    }


def _channel(address: str | None, description: str, names: dict[str, str]) -> dict[str, Any]:
    messages = {_key(kind): {"$ref": f"#/components/messages/{kind}"} for kind in sorted(names)}
    return {"address": address, "description": description, "messages": messages}


def _message(kind: str, shape: type[msgspec.Struct]) -> dict[str, Any]:
    """An envelope with this event in it."""
    envelope = {
        "id": {"type": "string", "description": "Of this event for this subscription, the same in every attempt."},
        "number": {"type": "integer", "minimum": 1, "description": "Counts without a gap."},
        "subscription": {"type": "integer", "minimum": 1},
        "type": {"const": kind},
        "event": {"$ref": TEMPLATE.format(name=shape.__name__)},
    }
    return {
        "name": kind,
        "title": kind,
        "summary": " ".join((inspect.getdoc(shape) or kind).split("\n\n")[0].split()),
        "headers": SIGNED,
        "payload": {"type": "object", "required": list(envelope), "properties": envelope},
    }


def _frame(names: dict[str, str]) -> dict[str, Any]:
    """A frame of the socket; it may hold events of other kinds too."""
    each = {"anyOf": [{"$ref": TEMPLATE.format(name=name)} for _, name in sorted(names.items())] + [{"type": "object"}]}
    fields = {"type": {"const": "events"}, "events": {"type": "array", "items": each}}
    return {
        "name": "events",
        "title": "events",
        "payload": {"type": "object", "required": list(fields), "properties": fields},
    }


def _key(kind: str) -> str:
    return kind.replace(".", "_")
