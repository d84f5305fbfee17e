"""Rows of apps and their OAuth grants, and of answers given under a key.

The toolkit's models are swapped for ours from the first migration on.

Fields of our own come with the open-platform features; a swap after the first migration would not be possible.
"""

from typing import ClassVar

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


class App(AbstractApplication):
    """A third-party app as an OAuth client."""


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
