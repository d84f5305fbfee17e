"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The room ``audit``."""

    name = "audit"
    default_auto_field = "django.db.models.BigAutoField"
