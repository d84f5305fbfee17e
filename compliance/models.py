"""Rows of what must be kept and what must go: retention rules, how far the sweep is, legal holds. docs/compliance.md"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class RetentionRule(models.Model):
    """After how many days messages go: on the whole server (no conversation), or in one conversation, which then counts."""

    conversation = models.OneToOneField(
        "chat.Conversation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    #: 0: never, whatever the server's rule says.
    days = models.PositiveIntegerField()
    by = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(conversation__isnull=True), name="retention_of_server_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id or 'server'}: {self.days} days"


class LegalHold(models.Model):
    """A person or a conversation of whom nothing may go, until it is released."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    conversation = models.ForeignKey(
        "chat.Conversation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500)
    by = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    released_by = models.BigIntegerField(default=0)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(conversation__isnull=True), name="legal_hold_of_one_thing"
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(released_at__isnull=True), name="legal_hold_user_once"
            ),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(released_at__isnull=True), name="legal_hold_conversation_once"
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.user_id}" if self.user_id else f"conversation {self.conversation_id}"


class Retained(models.Model):
    """How far a conversation has been swept. ``held_by``: the hold to which the sweep yielded last."""

    conversation = models.OneToOneField(
        "chat.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    seq = models.BigIntegerField(default=0)
    held_by = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.conversation_id} swept to {self.seq}"


class Sweep(models.Model):
    """Where the sweep is among all conversations: a worker that dies is followed by one that goes on there. One row."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True)
    conversation = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"at {self.conversation}"


class HeldWords(models.Model):
    """A message under a hold that was taken back: as it was said, with its earlier bodies. No page shows it."""

    conversation = models.BigIntegerField()
    seq = models.BigIntegerField()
    sender = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=16)
    body = models.JSONField()
    earlier = models.JSONField(default=list)
    #: Ids of the files that it shows.
    files = models.JSONField(default=list)
    said_at = models.DateTimeField()
    taken_by = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField()
    #: The hold that keeps it; when that is released, another one or none.
    hold = models.BigIntegerField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "seq"], name="held_words_once")]

    def __str__(self) -> str:
        return f"{self.conversation}:{self.seq}"
