"""Rows of what is said: conversations, memberships, entries, mentions, files. Fields, constraints, indexes only.

Page: docs/map.md. Every key of an entry carries its conversation, so that the table can be partitioned by it.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from chat import channels
from chat.later import Reminder, ScheduledMessage
from chat.participation import Ban, Poll, ThreadFollow, Vote, WordFilter, WordList
from chat.titles import TitleKey

#: Rows of this room that lie in a module of their own, for its length.
BESIDE = (channels, Ban, Poll, Reminder, ScheduledMessage, ThreadFollow, Vote, WordFilter, WordList)


class Conversation(models.Model):
    """A place where people talk: direct (two), group, or personal (one's own: notes and own facts)."""

    class Kind(models.TextChoices):
        """What kind of conversation."""

        DIRECT = "direct"
        GROUP = "group"
        PERSONAL = "personal"

    class PostPolicy(models.TextChoices):
        """Who may post."""

        ALL = "all"
        ADMINS = "admins"
        NOBODY = "nobody"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    title = models.CharField(max_length=200, blank=True)
    description = models.TextField(max_length=2000, blank=True)
    post_policy = models.CharField(max_length=8, choices=PostPolicy.choices, default=PostPolicy.ALL)
    #: "low-high" user ids of a direct conversation, "p<id>" of a personal one, NULL of a group: one each, by constraint.
    unique_key = models.CharField(max_length=48, null=True, blank=True, unique=True)
    history_for_newcomers = models.BooleanField(default=True)
    member_count = models.PositiveIntegerField(default=0)
    #: Position of the last entry; the row lock taken by moving it is what orders writers of all processes.
    last_seq = models.BigIntegerField(default=0)
    last_number = models.BigIntegerField(default=0)
    #: Seq of the newest message, for the inbox preview.
    last_message_seq = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    #: Id of a group's picture; "" when it has none.
    avatar = models.CharField(max_length=36, blank=True, db_default="")
    #: How a group is governed, as far as a send must know it. Seconds between two messages of a member (0: none), until
    #: when everybody is muted, since when nothing is said any more, members at most (0: the server's limit).
    slow_seconds = models.PositiveIntegerField(default=0, db_default=0)
    quiet_until = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    size_limit = models.PositiveIntegerField(default=0, db_default=0)
    #: What the group changed in the table of acts, and its own roles: see ``chat.permissions``.
    rules = models.JSONField(default=dict, blank=True, db_default=models.Value({}, models.JSONField()))
    #: The space it belongs to (docs/spaces.md): its own id for a lobby, the lobby's for a channel, NULL for all others.
    space = models.BigIntegerField(null=True, blank=True)
    #: No column: the version of the server's word lists, which the write path reads in the same statement.
    word_version = 0

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["last_at"], name="conversation_last_at"),
            models.Index(fields=["space"], condition=Q(space__isnull=False), name="conversation_space"),
            models.Index(fields=["-last_at", "-id"], condition=~Q(kind="personal"), name="conversation_shown"),
            #: The operators' list of groups, in order and from a prefix on.
            models.Index(TitleKey("title"), "id", condition=Q(kind="group"), name="conversation_group_titles"),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.kind} {self.pk}"


class Membership(models.Model):
    """A user in a conversation: role, mute, cursors."""

    class Role(models.TextChoices):
        """What the member is there."""

        OWNER = "owner"
        ADMIN = "admin"
        MEMBER = "member"

    class Notify(models.TextChoices):
        """Of what in it the member wants to be told."""

        ALL = "all"
        MENTIONS = "mentions"
        NONE = "none"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role.choices, default=Role.MEMBER)
    #: Until when the member may not post.
    muted_until = models.DateTimeField(null=True, blank=True)
    #: First seq this member may see (0: all).
    history_from = models.BigIntegerField(default=0)
    #: Number of the last message read; sending a message moves it to that message.
    read_number = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    #: Last seq that one of the member's devices holds; kept for small conversations only.
    delivered_seq = models.BigIntegerField(default=0)
    #: What this person wants to hear of it, until when nothing, since when it is on top, and from which message on it
    #: was marked as unread (0: not). In the membership, so that no inbox row needs a query for them.
    notify = models.CharField(max_length=8, choices=Notify.choices, default=Notify.ALL, db_default=Notify.ALL)
    silent_until = models.DateTimeField(null=True, blank=True)
    starred_at = models.DateTimeField(null=True, blank=True)
    unread_from = models.BigIntegerField(default=0, db_default=0)
    #: When one of these four changed last.
    preferred_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(default=timezone.now)
    #: A role of the group's own (a key of ``rules["roles"]``); 0: none. One that is gone counts as none.
    custom_role = models.BigIntegerField(default=0, db_default=0)
    #: When the member posted last; kept where slow mode is on.
    spoke_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "user"], name="membership_once"),
        ]
        #: Owner and admins of a group of 100,000 without reading it.
        indexes: ClassVar = [
            models.Index(fields=["conversation", "user"], condition=~Q(role="member"), name="membership_managers"),
            #: Those whom a message may wake, without reading all who hear nothing of the conversation.
            models.Index(fields=["conversation", "user"], condition=~Q(notify="none"), name="membership_told"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class Entry(models.Model):
    """One position of one timeline, written once; a message's row also carries the message's present state.

    ``type`` is the event's wire name. For a message: ``body`` is the present body ({} once recalled), ``number`` its
    message number. For every other entry ``number`` is NULL and ``body`` holds the event's own fields.
    """

    pk = models.CompositePrimaryKey("conversation_id", "seq")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries", db_index=False)
    seq = models.BigIntegerField()
    number = models.BigIntegerField(null=True)
    type = models.CharField(max_length=32)
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    app = models.BigIntegerField(default=0)
    #: The sender's idempotency key; NULL for entries that the server makes by itself.
    client_key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - NULL escapes UNIQUE
    #: Digest of what was asked under the key, so that reuse for something else is told from a retry.
    request_digest = models.BinaryField(max_length=16, default=b"")
    kind = models.CharField(max_length=24, blank=True)
    body = models.JSONField(default=dict)
    reply_to = models.BigIntegerField(default=0)
    thread_root = models.BigIntegerField(default=0)
    #: Seq of the message that this entry changes (edit, recall, reaction); 0 for entries that change no message.
    target = models.BigIntegerField(default=0)
    mentions = models.JSONField(default=list)
    mentions_all = models.BooleanField(default=False)
    reactions = models.JSONField(default=dict)
    edited_at = models.DateTimeField(null=True)
    recalled_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)
    #: What else is known of a message, only what is not so by default: see ``chat.rendering.FACTS``.
    facts = models.JSONField(default=dict)
    #: Seq of the last entry that changed this message.
    version = models.BigIntegerField(default=0)
    #: Whether a history page shows it (messages and member notices; not edits, recalls, reactions).
    visible = models.BooleanField(default=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "sender", "client_key"], name="entry_client_key_once"),
            models.UniqueConstraint(
                fields=["conversation", "number"], condition=Q(number__isnull=False), name="entry_number_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "seq"], condition=Q(visible=True), name="entry_visible"),
            models.Index(
                fields=["conversation", "number"], condition=Q(recalled_at__isnull=False), name="entry_recalled"
            ),
            models.Index(
                fields=["conversation", "thread_root", "seq"], condition=Q(thread_root__gt=0), name="entry_thread"
            ),
            models.Index(fields=["conversation", "target", "seq"], condition=Q(target__gt=0), name="entry_target"),
            models.Index(
                fields=["conversation", "-pinned_at", "-seq"], condition=Q(pinned_at__isnull=False), name="entry_pinned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq} {self.type}"


class Mention(models.Model):
    """A user named in a message; unread mentions are those above the reader's ``read_number``."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    number = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "conversation", "number"], name="mention_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["conversation", "number"], name="mention_message")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}:{self.seq}"


class HandOver(models.Model):
    """How far the listeners have been run over a conversation's timeline. Own table: the conversation row is hot."""

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.CASCADE, related_name="handover"
    )
    seq = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.conversation_id} handed over to {self.seq}"


class Straggler(models.Model):
    """A listener that failed in a conversation and follows its timeline by itself until it has caught up."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    #: Its module and name.
    listener = models.CharField(max_length=200)
    #: The last entry it has seen; in order, so the next one is where it fails.
    seq = models.BigIntegerField()
    attempts = models.PositiveIntegerField(default=1)
    problem = models.CharField(max_length=500)
    since = models.DateTimeField(default=timezone.now)
    #: When it is tried again; NULL: parked, until an operator resumes it.
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "listener"], name="straggler_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], name="straggler_next")]

    def __str__(self) -> str:
        return f"{self.listener} in {self.conversation_id} at {self.seq}"


class SearchDocument(models.Model):
    """What can be found: one row per searchable message. Its token index is per database, see ``chat.search``."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=24)
    has_link = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="search_document_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["conversation", "-at"], name="search_document_at")]

    def __str__(self) -> str:
        return f"{self.conversation_id}:{self.seq}"


class File(models.Model):
    """Bytes somebody uploaded. Readable by the uploader and by the members of conversations it was sent to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    #: Path below MEDIA_ROOT; never made from the uploaded name.
    path = models.CharField(max_length=255)
    thumbnail_path = models.CharField(max_length=255, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class FileUse(models.Model):
    """A message shows a file: what gives the conversation's members the right to read it."""

    file = models.ForeignKey(File, on_delete=models.CASCADE, related_name="uses", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "conversation", "seq"], name="file_use_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["conversation", "seq"], name="file_use_place")]

    def __str__(self) -> str:
        return f"{self.file_id} in {self.conversation_id}:{self.seq}"


class UnsentDraft(models.Model):
    """What a person is writing in a conversation, or in one of its threads, and has not sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    thread_root = models.BigIntegerField(default=0)
    text = models.TextField()
    reply_to = models.BigIntegerField(default=0)
    #: The entry of the personal timeline that told it; it is emptied when the next one tells something else.
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "conversation", "thread_root"], name="unsent_draft_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"


class SavedMessage(models.Model):
    """A message that a person keeps for later."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "conversation", "seq"], name="saved_message_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["user", "id"], name="saved_message_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} keeps {self.conversation_id}:{self.seq}"


class Avatar(models.Model):
    """The picture of a person (everybody may see it) or of a group (its members may). The bytes lie under the id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    conversation = models.OneToOneField(Conversation, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(conversation__isnull=True), name="avatar_of_one_thing"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Upload(models.Model):
    """A file on its way in pieces: ``offset`` bytes of ``size`` are here. ``file``: what it became."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    file = models.ForeignKey(File, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "created_at"], name="upload_of_user"),
            models.Index(fields=["created_at"], name="upload_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.size}"
