"""Django's registration of the room, and nothing else: ``chat`` finds its listeners."""

from django.apps import AppConfig


class PushConfig(AppConfig):
    """The room ``push``."""

    name = "push"
    default_auto_field = "django.db.models.BigAutoField"
