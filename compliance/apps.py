"""Django's registration of the room, and its answer to what may not go."""

from importlib import import_module

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """The room ``compliance``."""

    name = "compliance"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Groups' jobs ask here what may not go; recalls are shown here what they take."""
        import_module("compliance.services.holds").stand_in_the_way()
        import_module("compliance.services.withheld").keep_what_is_taken_back()
