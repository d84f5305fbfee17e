"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ChatConfig(AppConfig):
    """The room ``chat``."""

    name = "chat"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every room's listeners and slash commands: they register by being imported. Hear of ended devices."""
        # Models are not there yet when this module is imported.
        from accounts.services.devices import signed_out  # noqa: PLC0415
        from chat.services.devices import tell_signed_out  # noqa: PLC0415

        autodiscover_modules("listeners", "slash_commands", "card_answers")
        signed_out.connect(tell_signed_out, dispatch_uid="chat")
