"""Rows of what apps declare and where they are asked. ``openplatform.models`` has them too; fields only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class ManifestVersion(models.Model):
    """What an app said of itself, each time it said something else. ``content``: ``dialects.manifest.Manifest``."""

    class State(models.TextChoices):
        """Applied, or (of an approved app) waiting for a reviewer, or turned down, or replaced by a later proposal."""

        APPLIED = "applied"
        PROPOSED = "proposed"
        REFUSED = "refused"
        REPLACED = "replaced"

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.JSONField()
    #: What differs from the version before: [{"path", "before", "after"}].
    changes = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=State.choices, default=State.APPLIED)
    #: What the reviewer said of a proposal.
    reason = models.CharField(max_length=500, blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["app", "number"], name="manifest_number_once"),
            models.UniqueConstraint(fields=["app"], condition=models.Q(state="proposed"), name="manifest_one_proposal"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of app {self.app_id}"


class Interactivity(models.Model):
    """Where an app is asked when somebody uses its commands or its cards. ``secret``: sealed."""

    app = models.OneToOneField("openplatform.App", on_delete=models.CASCADE, related_name="interactivity")
    url = models.CharField(max_length=2048)
    #: In which words it is asked and answers: ``standard``, or one that a dialect registers.
    signature = models.CharField(max_length=8, default="standard")
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.url


class SlashCommand(models.Model):
    """A command that an app declares. It is there while the app is installed; then no other app has its name."""

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="commands", db_index=False)
    name = models.CharField(max_length=32, db_index=True)
    usage = models.CharField(max_length=100, blank=True)
    help_en = models.CharField(max_length=200)
    help_zh = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["app", "name"], name="slash_command_once"),
        ]

    def __str__(self) -> str:
        return f"/{self.name}"
