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
