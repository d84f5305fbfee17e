"""Events of ours as Slack's Events API tells them: one of ours may be none of Slack's, one, or several. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from openplatform.dialects import emoji, ids, slack_shapes
from openplatform.dialects.slack_shapes import TEAM, Json, Known, user_id
from protocol import conversation_events as facts
from protocol.facts import Durable


@dataclass(frozen=True, slots=True)
class Place:
    """Where it happened: kind (group, direct), title, whether anybody may enter, and since when it is (ms)."""

    number: int
    kind: str
    title: str = ""
    public: bool = False
    created_at: int = 0

    @property
    def id(self) -> str:
        """C… or D…"""
        return slack_shapes.place_id(self.number, self.kind)

    @property
    def type(self) -> str:
        """Slack's ``channel_type``."""
        return "im" if self.kind != "group" else "channel" if self.public else "group"


@dataclass(frozen=True, slots=True)
class Scene:
    """What an event is told with: its place, the app's bot, who people are, and the messages that it is about.

    ``messages``: by seq, as Slack shows them; of the event itself, and of its target when that is still there.
    """

    place: Place
    bot: int
    known: Known
    messages: Mapping[int, Json] = field(default_factory=dict)
    #: ts of targets that were recalled, by seq.
    stamps: Mapping[int, str] = field(default_factory=dict)


def of_event(event: Durable, scene: Scene) -> Iterator[Json]:
    """Slack's events of one of ours."""
    stamp = ids.ts_of(event.seq, event.at)
    at: Json = {"channel": scene.place.id, "channel_type": scene.place.type, "event_ts": stamp}
    match event:
        case facts.MessageCreated():
            yield from _said(event, scene, at)
        case facts.MessageEdited() if event.target in scene.messages:
            now = scene.messages[event.target]
            yield {"type": "message", "subtype": "message_changed", "hidden": True, "message": now, **at, "ts": stamp}
        case facts.MessageRecalled() if event.target in scene.stamps:
            gone = {"deleted_ts": scene.stamps[event.target], "hidden": True, "ts": stamp}
            yield {"type": "message", "subtype": "message_deleted", **gone, **at}
        case facts.ReactionAdded() | facts.ReactionRemoved() if event.target in scene.messages:
            yield _reacted(event, scene, stamp)
        case facts.MessagePinned() | facts.MessageUnpinned() if event.target in scene.messages:
            kind = "pin_added" if isinstance(event, facts.MessagePinned) else "pin_removed"
            item = {"type": "message", "channel": scene.place.id, "message": scene.messages[event.target]}
            yield {"type": kind, "user": user_id(event.sender), "channel_id": scene.place.id, "item": item, **at}
        case facts.MemberAdded():
            by = {"inviter": user_id(event.sender)} if event.sender else {}
            for each in event.users:
                yield {"type": "member_joined_channel", "user": user_id(each), "team": TEAM, **by, **at}
        case facts.MemberRemoved():
            for each in event.users:
                yield {"type": "member_left_channel", "user": user_id(each), "team": TEAM, **at}
        case facts.ConversationUpdated() if scene.place.kind == "group":
            named = {"id": scene.place.id, "name": slack_shapes.channel_name(event.title)}
            created = scene.place.created_at // 1000
            yield {"type": "channel_rename", "channel": {**named, "created": created}, "event_ts": stamp}


def envelope(event: Json, *, app: int, bot: int, name: str, at: int) -> Json:
    """The outer event. ``name`` is the same in every attempt; ``at``: ms."""
    whom = {"enterprise_id": None, "team_id": TEAM, "user_id": user_id(bot), "is_bot": True}
    return {
        "token": "",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "api_app_id": ids.spell("A", app),
        "type": "event_callback",
        "event": event,
        "event_id": name,
        "event_time": at // 1000,
        "authorizations": [{**whom, "is_enterprise_install": False}],
        "is_ext_shared_channel": False,
    }


def _said(event: facts.MessageCreated, scene: Scene, at: Json) -> Iterator[Json]:
    if event.seq not in scene.messages:  # recalled meanwhile
        return
    said = {**scene.messages[event.seq], **at}
    yield said
    if scene.bot in event.mentions:
        plain = {name: value for name, value in said.items() if name not in ("subtype", "channel_type")}
        yield {**plain, "type": "app_mention"}


def _reacted(event: facts.ReactionAdded | facts.ReactionRemoved, scene: Scene, stamp: str) -> Json:
    message = scene.messages[event.target]
    return {
        "type": "reaction_added" if isinstance(event, facts.ReactionAdded) else "reaction_removed",
        "user": user_id(event.sender),
        "reaction": emoji.name_of(event.emoji),
        "item": {"type": "message", "channel": scene.place.id, "ts": message["ts"]},
        "item_user": message["user"],
        "event_ts": stamp,
    }
