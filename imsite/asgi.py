"""The doors: http → Django (what must not wait for its threads goes beside it), websocket → chat.realtime."""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path

django.setup(set_prefix=False)

# These need the apps to be loaded.
from django.conf import settings

from chat.realtime import polling
from chat.realtime.consumers import SocketConsumer, no_such_socket
from chat.realtime.lifespan import lifespan
from imsite import embedded, headers, health, metrics, sampling
from imsite.celery import QUEUES, app
from imsite.handler import Handler
from imsite.observing import observed
from imsite.proxy import forwarded
from openplatform.slack import socket as slack_socket

headers.keep_lower_case()

#: The router takes ASGI applications, which Django's types do not know: hence Any.
http: list[tuple[str, Any]] = [
    ("livez", health.livez),
    ("readyz", health.readyz),
    ("metrics", metrics.application),
    ("poll/v1/", polling.application),
]
socket: Any = cast(Any, SocketConsumer).as_asgi()
slack: Any = slack_socket.application

doors = ProtocolTypeRouter(
    {
        "http": URLRouter([*(path(route, view) for route, view in http), re_path("", cast(Any, Handler()))]),
        "lifespan": cast(Any, lifespan),
        "websocket": URLRouter(
            [path("ws/v1/", socket), path("slack/socket", slack), re_path("", cast(Any, no_such_socket))]
        ),
    }
)
application = observed(forwarded(doors) if settings.BEHIND_PROXY else doors)

if settings.EMBEDDED_WORKER:
    embedded.start(app)
sampling.start("gateway", app, QUEUES)
