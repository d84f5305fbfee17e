"""Rows of apps, their installations and OAuth grants, and of answers given under a key.

The toolkit's models are swapped for ours from the first migration on. What an app's bot or user token lets in is a
``accounts.Token`` on a device of ``accounts``, like everybody's: page docs/decisions/0009-an-app-sits-on-a-device.md
"""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)

from openplatform.interacting import Interaction, Interactivity, ManifestVersion, Modal, SlashCommand, Whisper
from openplatform.reaching import DeliveryAttempt, EventSubscription, IncomingWebhook, WebhookDelivery

__all__ = [
    "AccessToken",
    "App",
    "DeliveryAttempt",
    "EventSubscription",
    "Grant",
    "IDToken",
    "IdempotencyRecord",
    "IncomingWebhook",
    "Installation",
    "Interaction",
    "Interactivity",
    "ManifestVersion",
    "Modal",
    "RefreshToken",
    "SlashCommand",
    "WebhookDelivery",
    "Whisper",
]


class App(AbstractApplication):
    """A third-party app, and the OAuth client that it is. ``user`` is its owner: the toolkit's name for it."""

    class State(models.TextChoices):
        """How far it has come. Only an approved app lets anybody in."""

        DRAFT = "draft"
        PENDING = "pending"
        APPROVED = "approved"
        SUSPENDED = "suspended"

    description = models.CharField(max_length=500, blank=True)
    homepage = models.URLField(max_length=500, blank=True)
    #: Names of all scopes it may ever ask for; what it got is on its installation and its tokens.
    scopes = models.JSONField(default=list, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    #: What the reviewer said last.
    state_reason = models.CharField(max_length=500, blank=True)
    state_at = models.DateTimeField(default=timezone.now)
    #: Who speaks for it; made with the first installation and kept for good, as what it said stays signed.
    bot = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="app"
    )
    #: Whose people may use it, with all departments below; none: everybody.
    departments = models.ManyToManyField("accounts.Department", blank=True, related_name="+")

    class Meta(AbstractApplication.Meta):
        indexes: ClassVar = [models.Index(fields=["state", "-state_at"], name="app_state")]

    def allows_grant_type(self, *grant_types: str) -> bool:
        """Which OAuth flows it may use: codes and devices; as itself only with a secret. Asked by the toolkit."""
        if self.client_type == self.CLIENT_CONFIDENTIAL:
            return bool({*grant_types} & {*_CODES, self.GRANT_CLIENT_CREDENTIALS})
        return bool({*grant_types} & {*_CODES})

    def is_usable(self, request: Any) -> bool:
        """Whether anybody may get in through it now. Asked by the toolkit at each request."""
        return self.state == self.State.APPROVED


_CODES = (App.GRANT_AUTHORIZATION_CODE, App.GRANT_DEVICE_CODE)


class Installation(models.Model):
    """An app at work in this company: its bot exists and may be brought into conversations. One at a time per app."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="installations")
    installer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    #: The bot's seat: its tokens and sockets hang on it.
    device = models.OneToOneField("accounts.Device", on_delete=models.PROTECT, related_name="+")
    #: What the bot may do.
    scopes = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["app"], condition=models.Q(ended_at__isnull=True), name="installation_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"installation {self.pk} of app {self.app_id}"


class Authorization(models.Model):
    """Somebody let an app in for himself. One at a time per person and app; ended when its seat is signed out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="authorizations")
    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="authorizations")
    #: The app's seat among the person's devices: signing it out ends the authorization.
    device = models.OneToOneField("accounts.Device", on_delete=models.PROTECT, related_name="+")
    #: Everything that was allowed so far; each token has its own part of it.
    scopes = models.JSONField(default=list)
    at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "app"], condition=models.Q(ended_at__isnull=True), name="authorization_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"authorization of app {self.app_id} by {self.user_id}"


class AccessToken(AbstractAccessToken):
    """What an app shows at the HTTP door; only its checksum is kept."""


class RefreshToken(AbstractRefreshToken):
    """What an app renews an access token with."""


class Grant(AbstractGrant):
    """An authorization code in flight."""


class IDToken(AbstractIDToken):
    """An OpenID Connect identity token."""


class IdempotencyRecord(models.Model):
    """The answer given under an Idempotency-Key, to be given again. Written in the transaction of the work itself."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    app = models.BigIntegerField(default=0)
    key = models.CharField(max_length=64)
    #: SHA-256 of method, address and body: tells a retry from another request under the same key.
    digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.BinaryField(default=b"")
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "app", "key"], name="idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.user_id}"
