"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class GroupsConfig(AppConfig):
    """The room ``groups``."""

    name = "groups"
    default_auto_field = "django.db.models.BigAutoField"
