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


class Interaction(models.Model):
    """Somebody used a command, a card or a dialog of an app: made before the app is asked, and what became of it.

    Its two secrets, kept as digests, let the app answer later (``response``) and open one dialog (``trigger``).
    """

    class Kind(models.TextChoices):
        """What was used."""

        COMMAND = "command"
        ACTION = "action"
        SUBMITTED = "modal.submitted"
        CLOSED = "modal.closed"

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    client_key = models.CharField(max_length=64)
    conversation = models.BigIntegerField()
    #: The card's message, whisper or dialog that was used; 0: none.
    seq = models.BigIntegerField(default=0)
    whisper = models.BigIntegerField(default=0)
    modal = models.BigIntegerField(default=0)
    response = models.CharField(max_length=64, unique=True)
    trigger = models.CharField(max_length=64, unique=True)
    uses_left = models.PositiveSmallIntegerField(default=5)
    triggered_at = models.DateTimeField(null=True)
    #: What the app answered (0: nothing), in which time, and why that counts as failed ("" when it does not).
    status = models.PositiveSmallIntegerField(default=0)
    ms = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)
    #: What its user was told, to be told again when the same is asked again; null: the app has not answered.
    told = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "app", "client_key"], name="interaction_key_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["app", "at"], name="interaction_of_app"),
            models.Index(fields=["at"], name="interaction_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} of app {self.app_id}"


class Whisper(models.Model):
    """What an app says to one person alone: in no timeline, forgotten after some days. With ``target`` (a seq) it stands
    in the place of that message for this person.
    """

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=24)
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "conversation", "target"],
                condition=~models.Q(target=0),
                name="whisper_one_in_a_place",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "conversation", "id"], name="whisper_heard")]

    def __str__(self) -> str:
        return f"whisper {self.pk} to {self.user_id}"


class Modal(models.Model):
    """A dialog that an app has opened for somebody. ``body``: ``protocol.cards.ModalBody``."""

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.BigIntegerField()
    client_key = models.CharField(max_length=64)
    body = models.JSONField()
    at = models.DateTimeField(default=timezone.now, db_index=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"dialog {self.pk} of app {self.app_id}"
