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
            ("import_members", "Can bring people into a group by a file"),
            ("export_members", "Can have the members of a group as a file"),
            ("dissolve_group", "Can dissolve a group"),
            ("purge_history", "Can purge the history of a group"),
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


class Job(models.Model):
    """A mass operation on one group, done in chunks by workers. docs/jobs.md"""

    class Kind(models.TextChoices):
        """What is done."""

        IMPORT = "import"
        EXPORT = "export"
        ROLES = "roles"
        DISSOLVE = "dissolve"
        PURGE = "purge"
        SETTLE = "settle"

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    conversation = models.BigIntegerField()
    #: What the group was called then.
    title = models.CharField(max_length=200)
    #: Who started it. The whole actor is in ``actor``: every chunk is done as that one, with the rights of its moment.
    by = models.BigIntegerField()
    actor = models.JSONField()
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    #: Where the next chunk begins; committed with what the chunk did.
    cursor = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    #: How many of those done were refused, each with a row of the report.
    refused = models.BigIntegerField(default=0)
    #: Why it failed, for people.
    problem = models.CharField(max_length=500, blank=True)
    #: Who may go on with it until when: a worker, or a hand-over on its way to one. After that the sweep hands it out again.
    ticket = models.CharField(max_length=32, blank=True)
    ticket_until = models.DateTimeField()
    #: Chunks that broke in a row.
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "kind"], condition=Q(finished_at__isnull=True), name="job_one_of_a_kind"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["ticket_until"], condition=Q(finished_at__isnull=True), name="job_open"),
            models.Index(fields=["by", "id"], name="job_by"),
            models.Index(fields=["finished_at"], condition=Q(finished_at__isnull=False), name="job_finished"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether anything will still be done."""
        return self.finished_at is None

    @property
    def percent(self) -> int:
        """How far, for a bar."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class JobPart(models.Model):
    """A piece of a job's file: of the one it was given, or of the one it makes. Removed when the job is forgotten."""

    class Of(models.TextChoices):
        """Which file."""

        GIVEN = "given"
        MADE = "made"

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts", db_index=False)
    of = models.CharField(max_length=5, choices=Of.choices)
    position = models.BigIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "of", "position"], name="job_part_once")]

    def __str__(self) -> str:
        return f"{self.of} {self.position} of {self.job_id}"


class JobRefusal(models.Model):
    """One thing that a job did not do, and why: a line of its file, or a person."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="refusals", db_index=False)
    #: The line's number; the person's id where there is no file.
    row = models.BigIntegerField()
    reason = models.CharField(max_length=20)
    text = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["job", "row"], name="job_refusal_once")]

    def __str__(self) -> str:
        return f"{self.row} of {self.job_id}: {self.reason}"


class Report(models.Model):
    """A message that somebody (``reporter`` 0: a word list) wants the moderators to look at. docs/moderation.md"""

    class Category(models.TextChoices):
        """What it is said to be."""

        SPAM = "spam"
        ABUSE = "abuse"
        LEAK = "leak"
        ILLEGAL = "illegal"
        OTHER = "other"
        WORDS = "words"

    class State(models.TextChoices):
        """How far it is."""

        OPEN = "open"
        TAKEN = "taken"
        RESOLVED = "resolved"

    class Outcome(models.TextChoices):
        """What came of it."""

        DISMISSED = "dismissed"
        REMOVED = "removed"
        MUTED = "muted"
        BANNED = "banned"

    conversation = models.ForeignKey("chat.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    #: Who said it.
    sender = models.BigIntegerField(default=0)
    reporter = models.BigIntegerField(default=0)
    category = models.CharField(max_length=8, choices=Category.choices)
    #: The reporter's words; the terms that were found, for a word list.
    text = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    at = models.DateTimeField()
    taken_by = models.BigIntegerField(default=0)
    taken_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    note = models.CharField(max_length=500, blank=True)
    resolved_by = models.BigIntegerField(default=0)
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ("view", "change")
        permissions: ClassVar = [("review_message", "Can read a reported message, with a reason that is recorded")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["conversation", "seq", "reporter"], condition=~Q(state="resolved"), name="report_open_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "id"], name="report_group"),
            models.Index(fields=["state", "id"], name="report_state"),
        ]

    def __str__(self) -> str:
        return f"{self.category} at {self.conversation_id}:{self.seq}"
