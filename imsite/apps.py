"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class ImsiteConfig(AppConfig):
    """The room ``imsite``: it holds management commands that need every room."""

    name = "imsite"
