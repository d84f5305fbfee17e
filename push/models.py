"""Rows of what is pushed: a delivery for each device and message, and messages still to be spread. Fields only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Device
from chat.models import Conversation


class PushDelivery(models.Model):
    """One message for one device: why it is pushed or not, and what became of it."""

    class State(models.TextChoices):
        """Where it is. Only the first two are worked on; of the last ones ``reason`` and ``answer`` say why."""

        WAITING = "waiting"
        WITHDRAWING = "withdrawing"
        SENT = "sent"
        WITHDRAWN = "withdrawn"
        SKIPPED = "skipped"
        GONE = "gone"
        DEAD = "dead"

    #: Worked on, when ``next_at`` has come.
    OPEN = (State.WAITING, State.WITHDRAWING)

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+", db_index=False)
    provider = models.CharField(max_length=16)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    number = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    #: A word of ``push.words.REASONS``.
    reason = models.CharField(max_length=24)
    attempts = models.PositiveIntegerField(default=0)
    #: When it is its turn; of a claimed one: when the claim ends.
    next_at = models.DateTimeField(default=timezone.now)
    #: When it was given to a worker; one that did not come up within a minute is given out again.
    handed_at = models.DateTimeField(null=True)
    #: Of the batch that works on it; an answer under another claim comes too late.
    claim = models.CharField(max_length=32, blank=True)
    #: What the provider said last.
    answer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "push deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq", "device"], name="push_delivery_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state__in=["waiting", "withdrawing"]), name="push_due"),
            models.Index(
                fields=["device", "conversation", "number"],
                condition=Q(state__in=["waiting", "withdrawing", "sent"]),
                name="push_shown",
            ),
            models.Index(fields=["user", "conversation"], condition=Q(state="sent"), name="push_sent"),
            models.Index(fields=["created_at"], name="push_created"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq} to device {self.device_id}: {self.state}"


class Mail(models.Model):
    """One letter to a person: what was missed, or the next summary. ``since``: it tells what came from then on."""

    class Kind(models.TextChoices):
        """Which letters the person may end, each by itself."""

        MISSED = "missed"
        DIGEST = "digest"

    class State(models.TextChoices):
        """Only the first is worked on."""

        WAITING = "waiting"
        SENT = "sent"
        SKIPPED = "skipped"
        GONE = "gone"
        DEAD = "dead"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    reason = models.CharField(max_length=24, blank=True)
    since = models.DateTimeField()
    #: When it was read what it tells; what came later is for the next one.
    told_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField()
    handed_at = models.DateTimeField(null=True)
    claim = models.CharField(max_length=32, blank=True)
    answer = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], condition=Q(state="waiting"), name="push_mail_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="push_mail_due"),
            models.Index(fields=["claim"], condition=~Q(claim=""), name="push_mail_claim"),
            models.Index(fields=["created_at"], name="push_mail_created"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user_id}: {self.state}"


class Spreading(models.Model):
    """A message of a large conversation that is not yet spread to all who are to be told."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    #: The last user id that was looked at.
    after = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "seq"], name="push_spreading_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq} after {self.after}"
