"""A Slack app's manifest, JSON or YAML as Slack has it, in our words. What means nothing here is told, not guessed. Pure."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from openplatform.dialects import scope_names
from openplatform.dialects.manifest import Asked, Command, Events, Manifest

MAX_BYTES = 64 * 1024
_NAME = re.compile(r"^[a-z][a-z0-9_-]{0,31}\Z")
#: Events of Slack's that some fact of ours tells.
EVENTS = {
    "message.channels": ("message.created", "message.edited", "message.recalled"),
    "message.groups": ("message.created", "message.edited", "message.recalled"),
    "message.im": ("message.created", "message.edited", "message.recalled"),
    "message.mpim": ("message.created", "message.edited", "message.recalled"),
    "app_mention": ("message.created",),
    "reaction_added": ("reaction.added",),
    "reaction_removed": ("reaction.removed",),
    "pin_added": ("message.pinned",),
    "pin_removed": ("message.unpinned",),
    "member_joined_channel": ("member.added",),
    "member_left_channel": ("member.removed",),
    "channel_created": ("conversation.created",),
    "channel_rename": ("conversation.updated",),
    "group_rename": ("conversation.updated",),
}


class NotAManifest(ValueError):
    """The text is no manifest of a Slack app; says why."""


@dataclass(slots=True)
class Found:
    """``left_out``: paths of what means nothing here."""

    manifest: Manifest
    left_out: list[str] = field(default_factory=list)


def read(text: str) -> Found:
    """The app. Raises NotAManifest."""
    if len(text.encode()) > MAX_BYTES:
        raise NotAManifest("It is too long.")
    if re.search(r"(^|[\s\[{,:-])[&*][A-Za-z0-9_]", text):
        raise NotAManifest("References (& and *) are not read.")  # a few lines of them unfold to gigabytes
    try:
        given = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise NotAManifest(f"It is neither JSON nor YAML: {str(problem)[:200]}") from None
    if not isinstance(given, dict) or not _dict(given, "display_information").get("name"):
        raise NotAManifest("A Slack app's manifest has display_information.name.")
    return _translate(given)


def _translate(given: dict[str, Any]) -> Found:
    shown, features = _dict(given, "display_information"), _dict(given, "features")
    oauth, settings = _dict(given, "oauth_config"), _dict(given, "settings")
    left: list[str] = []
    asked_for = [each for kind in ("bot", "user") for each in _texts(_dict(oauth, "scopes").get(kind))]
    scopes, unknown = scope_names.from_slack(asked_for)
    left += [f"oauth_config.scopes: {each}" for each in unknown]
    interactivity = _asked(settings, features)
    commands = _commands(features, left)
    if commands and "commands:register" not in scopes:
        scopes = sorted({*scopes, "commands:register"})
    events = _events(settings, left)
    if events is not None:
        scopes = sorted({*scopes, "events:read"})
    known = {"_metadata", "display_information", "features", "oauth_config", "settings"}
    left += [each for each in map(str, given) if each not in known]
    left += [f"features.{each}" for each in map(str, features) if each not in ("bot_user", "slash_commands")]
    manifest = Manifest(
        name=str(shown["name"])[:120],
        description=str(shown.get("long_description") or shown.get("description") or "")[:500],
        scopes=scopes,
        redirect_urls=_texts(oauth.get("redirect_urls"))[:20],
        interactivity=interactivity,
        commands=commands if interactivity else [],
        events=events,
    )
    if commands and interactivity is None:
        left.append("features.slash_commands: no address is given")
    return Found(manifest, left)


def _asked(settings: dict[str, Any], features: dict[str, Any]) -> Asked | None:
    """Slack asks each command at its own address; here one address is asked about everything."""
    url = str(_dict(settings, "interactivity").get("request_url") or "")
    each = features.get("slash_commands")
    for command in each if isinstance(each, list) else ():
        if not url and isinstance(command, dict):
            url = str(command.get("url") or "")
    return Asked(url=url, signature="slack") if url else None


def _commands(features: dict[str, Any], left: list[str]) -> list[Command]:
    found: list[Command] = []
    given = features.get("slash_commands")
    for place, each in enumerate(given if isinstance(given, list) else ()):
        name = str(each.get("command", "")).removeprefix("/").lower() if isinstance(each, dict) else ""
        if not _NAME.match(name) or name in {one.name for one in found}:
            left.append(f"features.slash_commands[{place}]")
            continue
        told = str(each.get("description") or each.get("usage_hint") or name)
        found.append(Command(name=name, help=told[:200], usage=str(each.get("usage_hint") or "")[:100]))
    return found[:50]


def _events(settings: dict[str, Any], left: list[str]) -> Events | None:
    given = _dict(settings, "event_subscriptions")
    wanted = _texts(given.get("bot_events")) + _texts(given.get("user_events"))
    types = sorted({ours for each in wanted for ours in EVENTS.get(each, ())})
    left += [f"settings.event_subscriptions: {each}" for each in wanted if each not in EVENTS]
    url = str(given.get("request_url") or "")
    return Events(url=url, types=types, signature="slack") if types else None


def _dict(given: Any, name: str) -> dict[str, Any]:
    found = given.get(name) if isinstance(given, dict) else None
    return found if isinstance(found, dict) else {}


def _texts(given: Any) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []
