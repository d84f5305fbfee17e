"""The doors: http → Django (a parked poll goes beside it, so that it holds no thread), websocket → chat.realtime."""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

django: Any = get_asgi_application()

from chat.realtime import polling
from chat.realtime.consumers import SocketConsumer, no_such_socket

#: The router takes ASGI applications, which Django's types do not know.
socket: Any = cast(Any, SocketConsumer).as_asgi()
poll: Any = polling.application
nothing: Any = no_such_socket

application = ProtocolTypeRouter(
    {
        "http": URLRouter([path("poll/v1/", poll), re_path("", django)]),
        "websocket": URLRouter([path("ws/v1/", socket), re_path("", nothing)]),
    }
)
