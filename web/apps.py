"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room ``web``."""

    name = "web"
