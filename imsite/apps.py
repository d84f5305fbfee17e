"""Django's registration of the room, and nothing else."""

from django.apps import AppConfig


class ImsiteConfig(AppConfig):
    """The room ``imsite``: it holds management commands that need every room, and the front page of the admin."""

    name = "imsite"

    def ready(self) -> None:
        """Workers sample what they count."""
        from imsite import sampling  # noqa: PLC0415 - what it counts by needs the models
        from imsite.celery import QUEUES, app  # noqa: PLC0415

        sampling.connect(app, QUEUES)
