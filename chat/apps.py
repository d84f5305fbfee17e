"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class ChatConfig(AppConfig):
    """The room ``chat``."""

    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"
