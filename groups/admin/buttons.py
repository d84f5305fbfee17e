"""The buttons of a group's page: each calls one service, as the person who pressed, allowed that one act.

What a button may is a permission of ``groups.permissions``; the rest is decided by the services under their locks, and
recorded by them with who pressed. Nothing here writes.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accounts.actor import Actor
from chat.services import members
from groups.permissions import OPERATIONS
from groups.services import bans, entering, governance
from protocol.errors import BadRequest, NotFound

#: How long somebody is kept silent or out; 0: for good, for bans alone.
SPANS: Mapping[int, str] = {3_600: "an hour", 86_400: "a day", 604_800: "a week", 2_592_000: "30 days"}
BAN_SPANS: Mapping[int, str] = {0: "for good", **SPANS}
ROLES = ("member", "admin", "owner")
#: What no database can hold.
TOO_MUCH = 2**63


@dataclass(frozen=True, slots=True)
class Asked:
    """The form's fields as they came."""

    fields: Mapping[str, str]

    def number(self, name: str) -> int:
        """An id. Raises BadRequest."""
        text = self.fields.get(name, "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
        if not 0 < number < TOO_MUCH:
            raise BadRequest(f"{name} is no id.", details={"path": name})
        return number

    def text(self, name: str) -> str:
        """A line, perhaps empty."""
        return self.fields.get(name, "").strip()

    def until(self, spans: Mapping[int, str] = SPANS) -> int:
        """The end, in ms, of one of ``spans`` that begins now; 0 for good. Raises BadRequest."""
        text = self.fields.get("span", "")
        span = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        if span not in spans:
            raise BadRequest("Choose for how long.", details={"path": "span"})
        return int(time.time() + span) * 1000 if span else 0


Press = Callable[[Actor, int, Asked], str]


@dataclass(frozen=True, slots=True)
class Button:
    """``operation``: the permission it takes, a key of OPERATIONS. ``press`` answers the sentence that is shown."""

    operation: str
    press: Press


def _archive(actor: Actor, group: int, asked: Asked) -> str:
    governance.archive(actor=actor, conversation=group)
    return "The group is archived."


def _open(actor: Actor, group: int, asked: Asked) -> str:
    governance.archive(actor=actor, conversation=group, on=False)
    return "The group is open."


def _mute_all(actor: Actor, group: int, asked: Asked) -> str:
    governance.change(actor=actor, conversation=group, wish=governance.Wish(quiet_until=asked.until()))
    return "Everybody is muted."


def _unmute_all(actor: Actor, group: int, asked: Asked) -> str:
    governance.change(actor=actor, conversation=group, wish=governance.Wish(quiet_until=0))
    return "Everybody may speak again."


def _mute(actor: Actor, group: int, asked: Asked) -> str:
    members.mute_member(actor=actor, conversation=group, user=asked.number("user"), until=asked.until())
    return "The member is muted."


def _unmute(actor: Actor, group: int, asked: Asked) -> str:
    members.mute_member(actor=actor, conversation=group, user=asked.number("user"), until=0)
    return "The member may speak again."


def _remove(actor: Actor, group: int, asked: Asked) -> str:
    if not members.remove_members(actor=actor, conversation=group, users=[asked.number("user")]):
        raise NotFound("That person is not a member.")
    return "The member is out."


def _ban(actor: Actor, group: int, asked: Asked) -> str:
    until = asked.until(BAN_SPANS)
    bans.ban(actor=actor, conversation=group, user=asked.number("user"), reason=asked.text("reason"), until=until)
    return "The person is banned."


def _lift(actor: Actor, group: int, asked: Asked) -> str:
    bans.lift(actor=actor, conversation=group, user=asked.number("user"))
    return "The ban is lifted."


def _set_role(actor: Actor, group: int, asked: Asked) -> str:
    members.set_role(actor=actor, conversation=group, user=asked.number("user"), role=asked.text("role"))
    return "The member has another role."


def _revoke_link(actor: Actor, group: int, asked: Asked) -> str:
    entering.revoke_link(actor=actor, conversation=group, link=asked.number("link"))
    return "The link is revoked."


def _approve(actor: Actor, group: int, asked: Asked) -> str:
    entering.answer(actor=actor, conversation=group, request=asked.number("request"), approve=True)
    return "The person is let in."


def _refuse(actor: Actor, group: int, asked: Asked) -> str:
    entering.answer(actor=actor, conversation=group, request=asked.number("request"), approve=False)
    return "The request is refused."


BUTTONS: Mapping[str, Button] = {
    "archive": Button("archive_group", _archive),
    "open": Button("archive_group", _open),
    "mute_all": Button("mute_all", _mute_all),
    "unmute_all": Button("mute_all", _unmute_all),
    "mute": Button("mute_member", _mute),
    "unmute": Button("mute_member", _unmute),
    "remove": Button("remove_member", _remove),
    "ban": Button("ban_member", _ban),
    "lift": Button("ban_member", _lift),
    "set_role": Button("set_member_role", _set_role),
    "revoke_link": Button("revoke_link", _revoke_link),
    "approve": Button("answer_request", _approve),
    "refuse": Button("answer_request", _refuse),
}


def as_operator(actor: Actor, operation: str) -> Actor:
    """Who pressed, allowed the one act of ``operation``."""
    return actor.as_operator(OPERATIONS[operation])


def press(*, name: str, actor: Actor, group: int, fields: Mapping[str, str]) -> str:
    """Do what the button ``name`` does; who asks has seen to its permission. Raises a ParleyError."""
    button = BUTTONS[name]
    return button.press(as_operator(actor, button.operation), group, Asked(fields))
