"""Rows of the audit log: one for each privileged act, and the head of the chain they form.

People, apps and targets are kept as numbers and names, not as foreign keys: a record outlives what it tells of.
"""

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.utils import timezone


class AuditRecord(models.Model):
    """One act: who, through what, did what to whom or what, how it was before and after. Written once.

    ``digest`` = SHA-256 over the record's canonical form and ``previous``, the digest of the record before; see
    ``audit.chain``. ``seq`` is gapless from 1: what is missing shows.
    """

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    #: User id of who acted; 0: the server itself.
    actor = models.BigIntegerField(default=0)
    actor_name = models.CharField(max_length=120, blank=True)
    #: Ids of the app, token and device through which it was done; 0: none.
    app = models.BigIntegerField(default=0)
    token = models.BigIntegerField(default=0)
    device = models.BigIntegerField(default=0)
    ip = models.CharField(max_length=45, blank=True)
    action = models.CharField(max_length=48)
    #: What it was done to: a word ("user", "conversation"), its id, and what it was called at the time.
    target_type = models.CharField(max_length=32)
    target = models.CharField(max_length=64)
    target_name = models.CharField(max_length=200, blank=True)
    #: The conversation it concerns, 0: none. So that a group's owner can be shown the acts in the group.
    conversation = models.BigIntegerField(default=0)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=500, blank=True)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["actor", "-seq"], name="audit_actor"),
            models.Index(fields=["action", "-seq"], name="audit_action"),
            models.Index(fields=["target_type", "target", "-seq"], name="audit_target"),
            models.Index(
                fields=["conversation", "-seq"], condition=models.Q(conversation__gt=0), name="audit_conversation"
            ),
            models.Index(fields=["at"], name="audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Once: a record that is there already is never written again."""
        if not self._state.adding:
            raise TypeError("An audit record is never changed.")
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never."""
        raise TypeError("An audit record is never deleted.")


class AuditHead(models.Model):
    """The end of the chain: one row, whose lock puts the writers of all processes in order."""

    ONLY: ClassVar[int] = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.seq} {self.digest}"
