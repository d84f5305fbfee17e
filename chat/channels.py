"""Rows of spaces: the categories and channels of one, and who may see a channel. Fields only; docs/spaces.md

A space is a group (its lobby, whose members are the space's) with conversations inside, its channels. A membership in a
channel is a subscription; who *may* see it is computed by ``chat.policy.channels`` and stored nowhere.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Category(models.Model):
    """A heading over channels of a space."""

    space = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=60)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "categories"
        constraints: ClassVar = [models.UniqueConstraint(fields=["space", "name"], name="category_name_once")]

    def __str__(self) -> str:
        return self.name


class Channel(models.Model):
    """A conversation inside a space, and which of the space's own roles may see it or may not."""

    conversation = models.OneToOneField(
        "chat.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="channel"
    )
    space = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="channels", db_index=False)
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="channels")
    position = models.PositiveIntegerField(default=0)
    private = models.BooleanField(default=False)
    #: Id of an own role of the space (as text) -> whether who bears it may. At most as many as a group has roles.
    roles = models.JSONField(default=dict, blank=True)

    class Meta:
        default_permissions = ("view",)
        indexes: ClassVar = [models.Index(fields=["space", "position"], name="channel_of_space")]

    def __str__(self) -> str:
        return f"channel {self.conversation_id} of {self.space_id}"


class ChannelPerson(models.Model):
    """Somebody who may see a channel whatever the roles say, or may not."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="people", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    allowed = models.BooleanField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "user"], name="channel_person_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {'may' if self.allowed else 'may not'} see {self.channel_id}"
