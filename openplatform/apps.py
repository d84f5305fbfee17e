"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig
from django.db.models.signals import post_delete


class OpenplatformConfig(AppConfig):
    """The room ``openplatform``."""

    name = "openplatform"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear of seats that were signed out and of OAuth tokens that are gone."""
        # Models are not there yet when this module is imported.
        from accounts.services.devices import signed_out  # noqa: PLC0415
        from openplatform.models import AccessToken  # noqa: PLC0415
        from openplatform.services import authorizations  # noqa: PLC0415

        signed_out.connect(authorizations.end_with_devices, dispatch_uid="openplatform")
        post_delete.connect(authorizations.end_credential, sender=AccessToken, dispatch_uid="openplatform")
