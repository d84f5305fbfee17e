"""Rows of governance: what a group is beyond a conversation. What a send must know is in ``chat.Conversation``; fields only."""

from django.db import models


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
