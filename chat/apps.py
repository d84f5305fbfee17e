"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ChatConfig(AppConfig):
    """The room ``chat``."""

    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every room's listeners and slash commands: they register by being imported."""
        autodiscover_modules("listeners", "slash_commands")
