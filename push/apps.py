"""Django's registration of the room, and what it shows at /metrics: ``chat`` finds its listeners."""

from importlib import import_module

from django.apps import AppConfig


class PushConfig(AppConfig):
    """The room ``push``."""

    name = "push"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """What it counts is read when it is asked for."""
        import_module("push.services.probing").export()
