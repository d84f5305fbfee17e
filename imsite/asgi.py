"""The doors: http → Django (a parked poll goes beside it, so that it holds no thread), websocket → chat.realtime."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

django = get_asgi_application()

from chat.realtime import polling
from chat.realtime.consumers import SocketConsumer, no_such_socket

application = ProtocolTypeRouter(
    {
        "http": URLRouter([path("poll/v1/", polling.application), re_path("", django)]),
        "websocket": URLRouter([path("ws/v1/", SocketConsumer.as_asgi()), re_path("", no_such_socket)]),
    }
)
