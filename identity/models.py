"""Rows of identity: second factors and who must have one. Fields and constraints only."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from accounts.models import Department, User


class Factor(models.Model):
    """A second factor of a person. Not ``confirmed_at``: it was begun, and counts for nothing yet."""

    class Kind(models.TextChoices):
        """What it is."""

        TOTP = "totp", "authenticator app"
        PASSKEY = "passkey", "passkey"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="factors")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=60, blank=True)
    #: Of an authenticator app: sealed, for it is needed in clear.
    secret = models.CharField(max_length=255, blank=True)
    #: The last time step of which a code was taken: no code is taken twice.
    last_step = models.BigIntegerField(default=0)
    #: Of a passkey, both base64url: what the authenticator calls it, and the key that it signs with.
    credential = models.CharField(max_length=1400, blank=True)
    public_key = models.TextField(blank=True)
    #: How often it signed, as it counts itself; one that counts must go up.
    sign_count = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], condition=models.Q(kind="totp"), name="factor_one_app"),
            models.UniqueConstraint(
                fields=["credential"], condition=models.Q(kind="passkey"), name="factor_credential_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.user_id}"


class RecoveryCode(models.Model):
    """What lets in once when the phone is lost; only its SHA-256 is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class FactorRule(models.Model):
    """Who must have a second factor, from how many days after the rule or the account was made."""

    class Scope(models.TextChoices):
        """Whom it binds."""

        ALL = "all", "everybody"
        OPERATORS = "operators", "who may open the administration"
        DEPARTMENT = "department", "a department and those below it"

    scope = models.CharField(max_length=12, choices=Scope.choices)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.CASCADE)
    grace_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days in which people are asked and not yet made to."
    )
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scope"], condition=models.Q(department__isnull=True), name="factor_rule_once"
            ),
            models.UniqueConstraint(fields=["department"], name="factor_rule_once_a_department"),
            models.CheckConstraint(
                condition=models.Q(scope="department", department__isnull=False)
                | models.Q(~models.Q(scope="department"), department__isnull=True),
                name="factor_rule_department",
                violation_error_message="Name the department, and only for that scope.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_scope_display() if self.department is None else f"department {self.department}"


class Provider(models.Model):
    """A company's own way to say who somebody is, and what Parley makes of what it says. Fields by kind: docs/identity.md."""

    class Kind(models.TextChoices):
        """Which protocol it speaks."""

        OIDC = "oidc", "OpenID Connect"
        SAML = "saml", "SAML 2.0"

    class Match(models.TextChoices):
        """How somebody who comes the first time is found among the accounts."""

        NONE = "none", "not at all: only who was linked, or a new account"
        USERNAME = "username", "by user name"
        EMAIL = "email", "by e-mail address, if the provider says that it is verified"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    slug = models.SlugField(max_length=32, unique=True, help_text="In its addresses; never changed.")
    name = models.CharField(max_length=60, help_text="On the button: Sign in with …")
    enabled = models.BooleanField(default=False)
    #: OIDC: the issuer; SAML: where requests for sign-in go.
    address = models.CharField(max_length=500)
    #: OIDC: the client id; SAML: the provider's entity id.
    client = models.CharField(max_length=255, blank=True)
    #: Sealed; or env:NAME, the variable that holds it.
    secret = models.CharField(max_length=1000, blank=True)
    certificates = models.TextField(
        blank=True, help_text="SAML: what its assertions are signed by, as PEM, one or more."
    )
    #: Which of the provider's claims are ours, where they are not the usual ones: {"username": "upn"}.
    mapping = models.JSONField(default=dict, blank=True)
    match = models.CharField(max_length=8, choices=Match.choices, default=Match.NONE)
    email_domains = models.CharField(
        max_length=500, blank=True, help_text="Only addresses of these, by commas; empty: all."
    )
    creates = models.BooleanField(default=False, help_text="Make an account for who is not found.")
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL)
    trusts_second_factor = models.BooleanField(
        default=False, help_text="It asked for a second factor: ask for none here."
    )

    def __str__(self) -> str:
        return self.name


class Link(models.Model):
    """That somebody at a provider is an account here. ``subject`` is the provider's own id, never an e-mail address."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="links")
    subject = models.CharField(max_length=255)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="links")
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["provider", "subject"], name="link_once"),
            models.UniqueConstraint(fields=["provider", "user"], name="link_one_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.provider_id}"


class Directory(models.Model):
    """A company's directory that keeps accounts here by SCIM, with a token of its own."""

    class Departments(models.TextChoices):
        """What of it departments are made of."""

        NOTHING = "nothing", "nothing"
        ATTRIBUTE = "attribute", "the attribute department of people"
        GROUPS = "groups", "its groups: each is a department"

    name = models.CharField(max_length=60, unique=True)
    departments = models.CharField(max_length=12, choices=Departments.choices, default=Departments.NOTHING)
    adopts = models.BooleanField(
        default=False, help_text="Take over accounts with the same user name that no directory keeps. Never operators'."
    )
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class DirectoryToken(models.Model):
    """What a directory shows; only its SHA-256 is kept. Two at a time, so that one can be replaced."""

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.hint}…"


class DirectoryPerson(models.Model):
    """Somebody whom a directory keeps. ``document``: what it said; the account holds what Parley uses of it."""

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="people")
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="directory_person")
    external_id = models.CharField(max_length=255, blank=True)
    document = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    #: The directory deleted it: the account is closed, and the same user name brings it back.
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["directory", "external_id"], name="directory_person_external")]

    def __str__(self) -> str:
        return f"{self.user_id} of {self.directory_id}"


class DirectoryGroup(models.Model):
    """A group of a directory: people who belong together there, and a department here if the directory says so."""

    directory = models.ForeignKey(Directory, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=255)
    external_id = models.CharField(max_length=255, blank=True)
    department = models.ForeignKey(Department, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["directory", "external_id"], name="directory_group_external"),
            models.Index(fields=["directory", "name"], name="directory_group_name"),
        ]

    def __str__(self) -> str:
        return self.name


class DirectoryMember(models.Model):
    """Somebody in a group of the directory."""

    group = models.ForeignKey(DirectoryGroup, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="directory_groups")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["group", "user"], name="directory_member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.group_id}"
