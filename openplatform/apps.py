"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class OpenplatformConfig(AppConfig):
    """The room ``openplatform``."""

    name = "openplatform"
    default_auto_field = "django.db.models.BigAutoField"
