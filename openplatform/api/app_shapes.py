"""Shapes of apps at the HTTP door. The manifest's own is ``openplatform.dialects.manifest``."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, Reply
from openplatform.dialects.manifest import Manifest

Reason = Annotated[str, Meta(max_length=500)]
ScopeNames = Annotated[list[Annotated[str, Meta(max_length=64)]], Meta(max_length=64)]


class Which(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``mine``: your own; ``waiting``: what waits for a reviewer; ``available``: apps at work that you may use."""

    list: Literal["mine", "waiting", "available"] = "mine"


class InstallationRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """An app at work. ``scopes``: what its bot may do. ``at`` in ms."""

    scopes: list[str]
    at: int
    installer: int = 0


class AppRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """An app. ``state``: draft, pending, approved or suspended; ``reason``: what a reviewer said last.

    ``client_id`` and what follows is for who manages it.
    """

    id: int
    name: str
    state: str
    description: str = ""
    homepage: str = ""
    bot: int = 0
    owner: int = 0
    reason: str = ""
    client_id: str = ""
    scopes: list[str] = msgspec.field(default_factory=list)
    departments: list[int] = msgspec.field(default_factory=list)
    installation: InstallationRow | None = None
    #: The newest manifest that counts, and one that waits for a reviewer.
    version: int = 0
    proposal: int = 0


class AppList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Apps; ``reviewer``: whether you may review apps."""

    apps: list[AppRow]
    reviewer: bool = False


class ChangeRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What differs at one path of a manifest."""

    path: str
    before: Any = None
    after: Any = None


class Secrets(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """New secrets, shown this once: of the OAuth client, of requests to the app, of deliveries of events."""

    client: str = ""
    interactivity: str = ""
    events: str = ""


class AppDone(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """An app whose manifest was put. ``applied`` false: a reviewer has to see the change first."""

    app: AppRow
    changes: list[ChangeRow] = msgspec.field(default_factory=list)
    applied: bool = False
    secrets: Secrets | None = None


class Putting(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``base``: the version that was changed, 0: whatever is there. ``dry_run``: only say what would differ."""

    base: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0
    dry_run: bool = False


class ManifestVersionRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A version of a manifest. ``state``: applied, proposed, refused (``reason``) or replaced. ``at`` in ms."""

    number: int
    state: str
    at: int
    manifest: Any
    changes: list[ChangeRow] = msgspec.field(default_factory=list)
    author: int = 0
    reason: str = ""


class ManifestVersionList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Versions, the newest first."""

    versions: list[ManifestVersionRow]


class Review(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``approve`` and ``reject`` answer what waits: the app, or a change of an approved one. ``reason``: the owner reads it."""

    decision: Literal["approve", "reject", "suspend", "restore"]
    reason: Reason = ""


class SecretShown(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A secret or token, shown this once."""

    secret: str


class ScopeRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One permission and the sentences that say it. ``private``: it reads what people wrote or writes in their name."""

    name: str
    english: str
    chinese: str
    bot: bool = False
    user: bool = False
    private: bool = False
    given: bool = False


class ScopeList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Permissions."""

    scopes: list[ScopeRow]


class Consent(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the app's bot shall be allowed: some or all of what was approved."""

    scopes: ScopeNames


class Installed(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """An app that is at work from now on, with its bot's token, shown this once."""

    app: AppRow
    token: str


class NewBotToken(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``end_others``: the earlier tokens are dead at once."""

    end_others: bool = True


class UsageSpan(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many hours back, this one included."""

    hours: Annotated[int, Meta(ge=1, le=168)] = 24


class HourRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One hour, ``at`` (ms) its beginning: posts of events and questions to the app, failed ones, milliseconds on average."""

    at: int
    posted: int = 0
    posted_failed: int = 0
    asked: int = 0
    asked_failed: int = 0
    ms: int = 0


class UsageReport(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The hours in which something was. ``waiting`` events are still to be posted; ``dead`` ones were given up."""

    hours: list[HourRow] = msgspec.field(default_factory=list)
    waiting: int = 0
    dead: int = 0


class LogPage(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``before``: the id of the oldest that is known; 0: from the newest."""

    before: Annotated[int, Meta(ge=0, le=2**53 - 1)] = 0


class InteractionRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One question to the app. ``status`` 0: nothing was answered; ``reason``: why it failed."""

    id: int
    kind: str
    at: int
    status: int = 0
    ms: int = 0
    reason: str = ""


class InteractionLog(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Questions, the newest first."""

    interactions: list[InteractionRow]


class SlackManifest(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The text of a Slack app's manifest."""

    text: Annotated[str, Meta(min_length=2, max_length=65_536)]


class Imported(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The app in our words. ``left_out``: paths of what means nothing here."""

    manifest: Manifest
    left_out: list[str] = msgspec.field(default_factory=list)
