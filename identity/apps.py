"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """The room ``identity``."""

    name = "identity"
