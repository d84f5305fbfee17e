"""Messages, people and conversations as Slack's Web API and events show them. Pure: facts that were read before in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from openplatform.dialects import blocks, emoji, ids
from protocol.conversation_events import MessageCreated
from protocol.replies import Person

Json = dict[str, Any]
TEAM = ids.spell("T", 1)
#: Letters of an id that names a conversation, and a user.
PLACES, PEOPLE = "CGD", "UW"


@dataclass(frozen=True, slots=True)
class Known:
    """What the shapes must know besides the thing itself: whom the users are, and where this server is."""

    people: Mapping[int, Person] = field(default_factory=dict)
    host: str = ""

    def name(self, user: int) -> str:
        """What somebody is called; "" for nobody known."""
        found = self.people.get(user)
        return found.name if found else ""

    def is_bot(self, user: int) -> bool:
        """Whether a bot has this number."""
        found = self.people.get(user)
        return bool(found and found.kind == "bot")


def user_id(number: int) -> str:
    """U…; the server itself is Slack's own bot's."""
    return ids.spell("U", number) if number else "USLACKBOT"


def place_id(number: int, kind: str) -> str:
    """C… of a group, D… of a direct or personal conversation."""
    return ids.spell("C" if kind == "group" else "D", number)


def file_id(number: str) -> str:
    """F… of a file; ``number``: its UUID."""
    return f"F{number.replace('-', '').upper()}"


def channel_name(title: str) -> str:
    """A title as Slack writes names of channels: lower case, no spaces."""
    return re.sub(r"[\s.#,@]+", "-", title.strip().lower())[:80].strip("-")


def message(event: MessageCreated, known: Known) -> Json:
    """A message in its present state."""
    said: Json = {
        "type": "message",
        "user": user_id(event.sender),
        "team": TEAM,
        "text": _mentioning(blocks.text_of(event.kind, event.body), event, known),
        "ts": ids.ts_of(event.seq, event.at),
    }
    if event.kind == "card":
        said["blocks"] = blocks.of_card(event.body)
    if event.kind in ("file", "image"):
        said |= {"subtype": "file_share", "files": [file(event.body, event.sender, event.at, known)]}
    if known.is_bot(event.sender):
        said["bot_id"] = ids.spell("B", event.sender)
        said["bot_profile"] = {
            "id": said["bot_id"],
            "name": known.name(event.sender),
            "team_id": TEAM,
            "deleted": False,
        }
        if event.app:
            said["app_id"] = said["bot_profile"]["app_id"] = ids.spell("A", event.app)
    if event.edited_at:
        said["edited"] = {"user": user_id(event.sender), "ts": f"{event.edited_at // 1000}.000000"}
    if event.reactions:
        said["reactions"] = [
            {"name": emoji.name_of(each), "users": [user_id(who) for who in users], "count": len(users)}
            for each, users in event.reactions.items()
        ]
    return said


def threaded(said: Json, event: MessageCreated, root: str) -> Json:
    """The same with its place in a thread; ``root``: the ts of the thread's first message ("" when there is none)."""
    if event.thread_count:
        root = root or said["ts"]
        said |= {"reply_count": event.thread_count, "reply_users": [user_id(each) for each in event.thread_people]}
        said["latest_reply"] = f"{event.thread_last_at // 1000}.000000"
    return said | ({"thread_ts": root} if root else {})


def file(body: Mapping[str, Any], sender: int, at: int, known: Known) -> Json:
    """A file as a message names it."""
    number = file_id(body["file"])
    kind = body.get("media_type", "")
    name = body.get("name", "")
    url = f"{known.host}/slack/files/{number}"
    return {
        "id": number,
        "created": at // 1000,
        "timestamp": at // 1000,
        "name": name,
        "title": body.get("title") or name,
        "mimetype": kind,
        "filetype": name.rpartition(".")[2].lower() if "." in name else "binary",
        "user": user_id(sender),
        "size": body.get("size", 0),
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": url,
        "url_private_download": url,
        "permalink": url,
    }


def person(found: Person) -> Json:
    """A user."""
    deleted = not found.active
    return {
        "id": user_id(found.id),
        "team_id": TEAM,
        "name": found.username,
        "real_name": found.name,
        "deleted": deleted,
        "is_bot": found.kind == "bot",
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "tz": "Etc/UTC",
        "tz_label": "UTC",
        "tz_offset": 0,
        "updated": 0,
        "profile": profile(found),
    }


def profile(found: Person) -> Json:
    """What a user says of himself."""
    return {
        "display_name": found.name,
        "display_name_normalized": found.name,
        "real_name": found.name,
        "real_name_normalized": found.name,
        "title": found.title,
        "status_text": found.status_text,
        "status_emoji": f":{emoji.name_of(found.status_emoji)}:" if found.status_emoji else "",
        "status_expiration": found.status_until // 1000,
        "team": TEAM,
    } | ({"bot_id": ids.spell("B", found.id), "api_app_id": ""} if found.kind == "bot" else {})


def _mentioning(text: str, event: MessageCreated, known: Known) -> str:
    """``@Name`` as ``<@U…>`` for those whom the message mentions; the longest names first."""
    named = {known.name(each): each for each in event.mentions if known.name(each)}
    for name in sorted(named, key=len, reverse=True):
        written = re.escape(name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))
        text = re.sub(rf"@{written}(?!\w)", f"<@{user_id(named[name])}>", text)
    return re.sub(r"@(all|所有人)(?!\w)", "<!channel>", text) if event.mentions_all else text
