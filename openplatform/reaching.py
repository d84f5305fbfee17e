"""Rows of webhooks: the addresses at which programs may speak. ``openplatform.models`` has them too; fields only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class IncomingWebhook(models.Model):
    """An address at which a program may speak in one conversation, by the mouth of a bot of its own.

    Only the digest of its secret is kept. A hook that ended stays as a row: what it said bears its bot.
    """

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    bot = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    creator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="First characters, to recognise it by.")
    #: Whether a post may say whose words it bears (username, icon_emoji): shown before the text, never instead of the bot.
    may_rename = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "id"], name="incoming_webhook_where")]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


class EventSubscription(models.Model):
    """What an app is told of, and where: an address that is posted to, or none (it pulls). ``secret``: sealed."""

    class State(models.TextChoices):
        """Whether it is told: after its challenge, until it is disabled."""

        PENDING = "pending"
        ACTIVE = "active"
        DISABLED = "disabled"

    #: Failures in a row that open the circuit.
    TRIP = 5

    app = models.ForeignKey("openplatform.App", on_delete=models.CASCADE, related_name="subscriptions")
    url = models.CharField(max_length=2048, blank=True)
    #: Names of events; none: all.
    types = models.JSONField(default=list)
    #: In whose words, and how signed: ``standard`` (ours, Standard Webhooks) or ``slack`` (Slack's Events API, v0; without
    #: an address: over Socket Mode).
    signature = models.CharField(max_length=8, default="standard")
    secret = models.TextField()
    old_secret = models.TextField(blank=True)
    old_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=200, blank=True)
    #: Number of the newest event: gapless, given under this row's lock.
    last_number = models.BigIntegerField(default=0)
    #: The circuit: failures in a row since a moment; nothing is tried before ``closed_until``.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    closed_until = models.DateTimeField(null=True)
    #: The lease of the worker that posts now: one at a time, so that order holds.
    busy_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"subscription {self.pk} of app {self.app_id}"

    @property
    def is_delivered(self) -> bool:
        """Whether somebody sends what happens; otherwise it is kept, to be pulled."""
        return bool(self.url) or self.signature == "slack"


class WebhookDelivery(models.Model):
    """One event for one subscription. What it says is read from the timeline when it is posted or pulled."""

    class State(models.TextChoices):
        """What became of it. ``kept``: for pulling alone."""

        WAITING = "waiting"
        DELIVERED = "delivered"
        DEAD = "dead"
        KEPT = "kept"

    subscription = models.ForeignKey(
        EventSubscription, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    number = models.BigIntegerField()
    conversation = models.BigIntegerField()
    seq = models.BigIntegerField()
    type = models.CharField(max_length=32)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subscription", "number"], name="delivery_number_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "next_at"], condition=models.Q(state="waiting"), name="delivery_waiting"
            ),
        ]

    def __str__(self) -> str:
        return f"event {self.number} of {self.subscription_id}"


class DeliveryAttempt(models.Model):
    """One try: when, what was answered (0: nothing), how long it took, why it counts as failed ("" when it does not)."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(default=0)
    ms = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.status} {self.reason}"
