"""Rows of what is to happen at a time: messages to be sent, and what a person wants to be reminded of. Fields only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ScheduledMessage(models.Model):
    """A message that its author wrote for later. The row goes when it is sent or cancelled; a failed one says why."""

    class State(models.TextChoices):
        """Failed: somebody has to look at it."""

        WAITING = "waiting"
        FAILED = "failed"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    thread_root = models.BigIntegerField(default=0)
    reply_to = models.BigIntegerField(default=0)
    text = models.TextField()
    mentions = models.JSONField(default=list)
    mentions_all = models.BooleanField(default=False)
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    #: Code of the error that it failed with.
    problem = models.CharField(max_length=40, blank=True)
    #: When it is its turn; of a claimed one: when the claim ends.
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    #: The entry of the personal timeline that told it last.
    seq = models.BigIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="scheduled_due"),
            models.Index(fields=["user", "at"], name="scheduled_of_user"),
            models.Index(fields=["claim"], condition=~Q(claim=""), name="scheduled_claim"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} to {self.conversation_id} at {self.at}"


class Reminder(models.Model):
    """A message that its reader wants to be shown again. One for each message; it goes when it is done with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    message = models.BigIntegerField()
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    #: Whether its time has come and the person was told.
    due = models.BooleanField(default=False)
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "conversation", "message"], name="reminder_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=Q(due=False), name="reminder_due"),
            models.Index(fields=["user", "at"], name="reminder_of_user"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.conversation_id}:{self.message} at {self.at}"
