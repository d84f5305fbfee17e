"""Rows of governance: what a group is beyond a conversation. What a send must know is in ``chat.Conversation``; fields only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from chat.models import Conversation


class GovernedGroup(Conversation):
    """A group as operators see it in the admin: the conversation's own row, with permissions of their own."""

    class Meta:
        proxy = True
        verbose_name = "group"
        default_permissions = ("view",)
        #: Each is an operation of ``groups.permissions``.
        permissions: ClassVar = [
            ("archive_group", "Can archive a group and open it again"),
            ("mute_all", "Can mute everybody in a group for a time"),
            ("mute_member", "Can mute a member of a group"),
            ("remove_member", "Can take a member out of a group"),
            ("ban_member", "Can ban people from a group and lift a ban"),
            ("set_member_role", "Can make a member owner, admin or member"),
            ("revoke_link", "Can revoke a link into a group"),
            ("answer_request", "Can answer a request to join a group"),
        ]


class GroupProfile(models.Model):
    """How people come into a group. A group without a row is as a new one: by invitation alone."""

    class JoinPolicy(models.TextChoices):
        """Who comes in without being brought."""

        INVITED = "invited"
        APPROVAL = "approval"
        OPEN = "open"

    conversation = models.OneToOneField(
        "chat.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="profile"
    )
    join_policy = models.CharField(max_length=8, choices=JoinPolicy.choices, default=JoinPolicy.INVITED)

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.join_policy}"


class InviteLink(models.Model):
    """A secret that lets whoever has it in. Only its hash is kept."""

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    digest = models.CharField(max_length=64, unique=True)
    #: The first characters, to tell links apart.
    hint = models.CharField(max_length=8)
    by = models.BigIntegerField()
    at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    #: Times it may be used (0: any number), and was.
    max_uses = models.PositiveIntegerField(default=0)
    uses = models.PositiveIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["conversation", "id"], name="invite_link_group")]

    def __str__(self) -> str:
        return f"{self.hint}… into {self.conversation_id}"


class JoinRequest(models.Model):
    """Somebody who asks to come in."""

    class State(models.TextChoices):
        """What became of it."""

        PENDING = "pending"
        APPROVED = "approved"
        REFUSED = "refused"

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    at = models.DateTimeField()
    decided_by = models.BigIntegerField(default=0)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "user"], condition=Q(state="pending"), name="join_request_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], condition=Q(state="pending"), name="join_request_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} into {self.conversation_id}: {self.state}"
