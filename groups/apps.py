"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class GroupsConfig(AppConfig):
    """The room ``groups``."""

    name = "groups"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of a migration: the operators' roles are made after the permissions that they hold."""
        # Models are not there yet when this module is imported.
        from groups.services.operators import make_roles  # noqa: PLC0415

        post_migrate.connect(make_roles, sender=self, dispatch_uid="groups")
