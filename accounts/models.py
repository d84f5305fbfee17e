"""Rows of who: people, bots, departments, their devices and tokens. Fields and constraints only."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.pinyin import initials_of
from accounts.titles import Key


class Department(models.Model):
    """A node of the company's tree."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    name = models.CharField(max_length=120)
    other_name = models.CharField(max_length=120, blank=True, help_text="The name in the other script.")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="department_order"),
            models.Index(Key("name"), name="department_name"),
            models.Index(Key("other_name"), name="department_other_name"),
        ]

    def __str__(self) -> str:
        return self.name


class UserQueries(BaseUserManager["User"]):
    """Django's sign-in machinery asks for these three; everything else is in services."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A person with a hashed password (unusable when None)."""
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.initials = initials_of(user.name, user.other_name)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A person who may do everything in the admin."""
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """By user name, without regard to case."""
        return self.get(username__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Whoever can speak: a human, a bot, or the system itself."""

    class Kind(models.TextChoices):
        """What kind of speaker."""

        HUMAN = "human"
        BOT = "bot"
        SYSTEM = "system"

    username = models.CharField(max_length=64, unique=True, validators=[UnicodeUsernameValidator()])
    name = models.CharField(max_length=120)
    other_name = models.CharField(max_length=120, blank=True, help_text="The name in the other script.")
    email = models.EmailField(blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.HUMAN)
    title = models.CharField(max_length=120, blank=True)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    locale = models.CharField(max_length=8, default="en")
    #: The person's own words about where they are, until a time (none: until they are changed).
    status_emoji = models.CharField(max_length=32, blank=True)
    status_text = models.CharField(max_length=100, blank=True)
    status_until = models.DateTimeField(null=True, blank=True)
    #: Until when the person is not to be disturbed.
    quiet_until = models.DateTimeField(null=True, blank=True)
    #: Initials and syllables of the Chinese name; made from the names when they are written.
    initials = models.CharField(max_length=255, blank=True, editable=False)
    #: Id of the picture; "" when there is none. The picture is ``chat``'s.
    avatar = models.CharField(max_length=36, blank=True, editable=False)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    deactivated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserQueries] = UserQueries()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(Lower("username"), name="user_username_any_case")]
        indexes: ClassVar = [
            models.Index(fields=["deactivated_at"], name="user_deactivated"),
            # What an operator types: the beginning of a name (accounts/listing.py); and the few among all.
            models.Index(Key("username"), name="user_username_key"),
            models.Index(Key("name"), name="user_name_key"),
            models.Index(Key("other_name"), condition=~models.Q(other_name=""), name="user_other_name_key"),
            models.Index(Key("email"), condition=~models.Q(email=""), name="user_email_key"),
            models.Index(fields=["username"], condition=models.Q(is_active=False), name="user_closed"),
            models.Index(fields=["username"], condition=models.Q(is_staff=True), name="user_staff"),
            models.Index(fields=["username"], condition=~models.Q(kind="human"), name="user_not_human"),
        ]

    def __str__(self) -> str:
        return self.username


class Device(models.Model):
    """An installation that signed in: a browser, an SDK, a phone, an app. Sockets, tokens and pushes hang on it."""

    class Platform(models.TextChoices):
        """What it runs on."""

        BROWSER = "browser"
        SDK = "sdk"
        MOBILE = "mobile"
        APP = "app"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="devices")
    platform = models.CharField(max_length=8, choices=Platform.choices)
    name = models.CharField(max_length=120)
    session_key = models.CharField(max_length=40, blank=True, db_index=True, help_text="Of a browser's session.")
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    last_ip = models.GenericIPAddressField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: Id of the app whose seat this is: everything done from here is done through that app. 0: none.
    app = models.BigIntegerField(default=0)
    #: Since when its app is suspended: nobody comes in from here until that is over.
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "-last_seen_at"], name="device_user_seen"),
            models.Index(fields=["revoked_at"], name="device_revoked"),
            models.Index(fields=["paused_at"], name="device_paused"),
            models.Index(fields=["app"], condition=models.Q(app__gt=0), name="device_app"),
            models.Index(fields=["-last_seen_at", "-id"], name="device_seen"),
            models.Index(fields=["last_ip"], name="device_ip"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


class Token(models.Model):
    """A bearer token of a device; only its SHA-256 is kept."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="First characters, to recognise it by.")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: What an app's token allows; None: everything that its user may do.
    scopes = models.JSONField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["revoked_at"], name="token_revoked"),
            models.Index(fields=["expires_at"], name="token_expires"),
            models.Index(fields=["hint"], name="token_hint"),
        ]

    def __str__(self) -> str:
        return f"{self.hint}…"


class Setting(models.Model):
    """What a person chose about the product; what is not here is as by default. Names and shapes: ``settings``."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="settings", db_index=False)
    name = models.CharField(max_length=32)
    value = models.JSONField()
    #: The entry of the personal timeline that told it; it is emptied when the next one tells something else.
    seq = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "name"], name="setting_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.user_id}"


class PushSubscription(models.Model):
    """Where a device wants to be woken: a browser's address at its vendor's push service with the keys only it can read
    with, or the token that a phone's system gave it (``provider`` says which).
    """

    device = models.OneToOneField(Device, primary_key=True, on_delete=models.CASCADE, related_name="push")
    provider = models.CharField(max_length=16, default="webpush", db_default="webpush")
    endpoint = models.CharField(max_length=1024, unique=True)
    p256dh = models.CharField(max_length=128, blank=True)
    auth = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"push of {self.device_id}"
