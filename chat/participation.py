"""Rows of taking part: followed threads, polls and votes, who must stay out, what must not be said. Fields only.

``chat.models`` has them too.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class ThreadFollow(models.Model):
    """A user and a thread: whether he follows it, and how far he has read it. ``last_*``: of its newest reply.

    Written by the listeners, never in the send path; a row of somebody who left the conversation is passed over.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    thread_root = models.BigIntegerField()
    #: False once somebody chose not to follow; only a reply of his own or a mention brings him back.
    following = models.BooleanField(default=True)
    read_seq = models.BigIntegerField(default=0)
    last_seq = models.BigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "thread_root", "user"], name="thread_follow_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-last_at", "-id"], condition=Q(following=True), name="thread_follow_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.conversation_id}:{self.thread_root}"


class Poll(models.Model):
    """A question with answers to choose from; the message at ``seq`` is its card, redrawn after each vote."""

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    question = models.CharField(max_length=200)
    options = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "seq"], name="poll_once")]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq} {self.question}"


class Vote(models.Model):
    """What somebody chose: the place of the option, from 0."""

    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="votes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    option = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["poll", "user"], name="vote_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.poll_id}: {self.option}"


class Ban(models.Model):
    """Who may not come (back) into a group, by whatever way. Checked where people join."""

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    by = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    #: NULL: for good.
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "user"], name="ban_once")]

    def __str__(self) -> str:
        return f"{self.user_id} out of {self.conversation_id}"


class WordList(models.Model):
    """Words that are not said here, or not unseen: on the whole server, or in one group. See ``chat.screening``."""

    class Action(models.TextChoices):
        """What becomes of a message that has one of them."""

        BLOCK = "block"
        MASK = "mask"
        FLAG = "flag"

    name = models.CharField(max_length=80)
    #: NULL: everywhere.
    conversation = models.ForeignKey(
        "chat.Conversation", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    action = models.CharField(max_length=8, choices=Action.choices)
    enabled = models.BooleanField(default=True)
    #: One a line, folded, sorted, each once.
    terms = models.TextField(blank=True)
    term_count = models.PositiveIntegerField(default=0)
    changed_by = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class WordFilter(models.Model):
    """The version of the server's word lists: another number, never used before, with every change. One row at most."""

    ONLY = 1
    id = models.PositiveSmallIntegerField(primary_key=True)
    version = models.BigIntegerField()

    def __str__(self) -> str:
        return f"word lists, version {self.version}"
