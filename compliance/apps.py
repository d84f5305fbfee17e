"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """The room ``compliance``."""

    name = "compliance"
    default_auto_field = "django.db.models.BigAutoField"
