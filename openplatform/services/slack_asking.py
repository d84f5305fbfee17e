"""How an app that was made for Slack is asked about commands, presses and dialogs, and what its answers mean.

At its address with a form that is signed v0, or over one of its sockets. Registers itself with ``speaking``.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from accounts.models import User
from chat.selectors.readers import find_seen
from openplatform import conf
from openplatform.dialects import block_kit, blocks, ids, posts, slack_shapes
from openplatform.dialects.slack_shapes import TEAM, Json, place_id, user_id
from openplatform.models import Interaction, Interactivity
from openplatform.services import slack_links, slack_reading, wires
from openplatform.services.speaking import Heard, Question, Reply, speaks
from protocol import errors

#: The address of an app that is asked over its sockets.
SOCKET = "socket:"
#: Where replies may be sent later, below the server's address.
RESPONSES = "/slack/response/"
FORM = "application/x-www-form-urlencoded"


@speaks("slack")
def ask(where: Interactivity, question: Question) -> Heard:
    """Ask; whatever goes wrong is told, never raised."""
    command = question.row.kind == Interaction.Kind.COMMAND
    told = command_of(question) if command else payload_of(question)
    if where.url == SOCKET:
        answer = slack_links.ask(app=question.app.pk, kind="slash_commands" if command else "interactive", payload=told)
        if answer is None:
            return Heard(Reply(), reason="no socket of the app acknowledged it")
        return _heard(question, json.dumps(answer).encode() if answer else b"", wires.Tried(status=200))
    body = urlencode(told if command else {"payload": json.dumps(told, ensure_ascii=False)}).encode()
    tried = wires.post(where, question.id, body, FORM)
    if tried.reason:
        return Heard(Reply(), tried.status, tried.ms, tried.reason)
    return _heard(question, tried.body, tried)


def command_of(question: Question) -> Json:
    """The fields of a slash command."""
    there = question.conversation
    return {
        "token": "",
        "team_id": TEAM,
        "team_domain": "parley",
        "channel_id": place_id(there.pk, there.kind),
        "channel_name": slack_shapes.channel_name(there.title) if there.kind == "group" else "directmessage",
        "user_id": user_id(question.user.pk),
        "user_name": question.user.username,
        "command": f"/{question.command}",
        "text": question.text,
        "api_app_id": ids.spell("A", question.app.pk),
        "is_enterprise_install": "false",
        "response_url": conf.absolute(RESPONSES + question.response),
        "trigger_id": question.trigger,
    }


def payload_of(question: Question) -> Json:
    """A press or a dialog's end."""
    person = question.user
    who = {"id": user_id(person.pk), "username": person.username, "name": person.username, "team_id": TEAM}
    told: Json = {
        "team": {"id": TEAM, "domain": "parley"},
        "user": who,
        "api_app_id": ids.spell("A", question.app.pk),
        "token": "",
        "trigger_id": question.trigger,
        "enterprise": None,
        "is_enterprise_install": False,
    }
    if question.modal is not None:
        closed = question.row.kind == Interaction.Kind.CLOSED
        view = block_kit.view_of(
            question.row.modal,
            question.modal,
            question.values or {},
            app=told["api_app_id"],
            bot=ids.spell("B", question.app.bot_id or 0),
            team=TEAM,
        )
        more: Json = {"is_cleared": False} if closed else {"response_urls": []}
        return {**told, **more, "type": "view_closed" if closed else "view_submission", "view": view}
    return told | _press(question)


def read(question: Question | None, given: Any, bot: str) -> Reply:
    """A JSON answer as ours. Raises posts.Unreadable, block_kit.Unusable. ``question`` None: it came later."""
    if not isinstance(given, Mapping):
        raise posts.Unreadable("invalid_payload")
    if action := given.get("response_action"):
        return _of_view(question, action, given)
    if given.get("delete_original") is True:
        return Reply(delete=True)
    if not any(given.get(name) for name in ("text", "blocks", "attachments")):
        return Reply()
    said = said_of(given, bot)
    replace = given.get("replace_original") in (True, "true")
    everybody = given.get("response_type") == "in_channel" or replace
    card = said.body if said.kind == "card" else None
    return Reply(
        text="" if card else said.body["text"],
        card=card,
        to="conversation" if everybody else "caller",
        replace=replace,
    )


def said_of(given: Mapping[str, Any], bot: str) -> posts.Post:
    """What text, blocks and attachments say, with controls. Raises posts.Unreadable."""
    asked = posts.users_in(given)
    names = dict(User.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    return posts.read(given, lambda user: names.get(user, ""), bot, controls=True)


def modal(view: Any) -> Json:
    """A view as our dialog. Raises posts.Unreadable, block_kit.Unusable."""
    if isinstance(view, str):
        try:
            view = json.loads(view)
        except ValueError:
            raise block_kit.Unusable("view") from None
    reader = posts.Reader(lambda _: "")
    return block_kit.modal_of(view, reader.words, lambda block: posts.shown(reader, block))


def _press(question: Question) -> Json:
    row, there, card = question.row, question.conversation, question.card or {}
    place = place_id(there.pk, there.kind)
    message: Json = {"type": "message", "text": blocks.text_of("card", card), "blocks": blocks.of_card(card)}
    if row.seq and not row.whisper:
        try:
            message = slack_reading.message(find_seen(row.user_id, row.conversation, row.seq))
        except errors.ParleyError:  # recalled in this moment
            message["ts"] = ""
    stamp = message.get("ts") or f"{int(row.at.timestamp())}.{row.whisper % 1_000_000:06d}"
    block, element = _found(card, question.action)
    kind = element.get("type", "button")
    value: Any = question.values if question.values else question.value
    pressed = {"action_id": block_kit.action_id_of(question.action), "block_id": block, "action_ts": stamp}
    pressed |= block_kit.entry(kind, value, _control(card, question.action))
    if kind == "button":
        pressed |= {"text": element.get("text"), "value": question.value or ""}
    return {
        "type": "block_actions",
        "container": {
            "type": "message",
            "message_ts": stamp,
            "channel_id": place,
            "is_ephemeral": bool(row.whisper),
        },
        "channel": {"id": place, "name": slack_shapes.channel_name(there.title) or "directmessage"},
        "message": {**message, "ts": stamp},
        "state": {"values": {}},
        "response_url": conf.absolute(RESPONSES + question.response),
        "actions": [pressed],
    }


def _found(card: Json, action: str) -> tuple[str, Json]:
    """The block's id and the element of an action, as Slack shows the card."""
    for block in blocks.of_card(card, raw=True):
        for each in block.get("elements", ()):
            if each.get("action_id") == action:
                return str(block["block_id"]), each
    return "", {}


def _control(card: Json, action: str) -> Json:
    for block in card.get("blocks", ()):
        for each in block.get("elements", ()):
            if each.get("action") == action:
                return dict(each)
    return {}


def _heard(question: Question, body: bytes, tried: wires.Tried) -> Heard:
    """What an acknowledgement says: nothing, plain text (of a command), or JSON."""
    text = body.decode("utf-8", "replace").strip()
    command = question.row.kind == Interaction.Kind.COMMAND
    try:
        given: Any = json.loads(text) if text.startswith("{") else {"text": text if command else ""}
        if not command and question.modal is None:
            given = {}  # a press is only acknowledged
        return Heard(read(question, given, question.app.name), tried.status, tried.ms)
    except (ValueError, RecursionError) as why:
        return Heard(Reply(), tried.status, tried.ms, f"its answer is none: {why}"[:200])


def _of_view(question: Question | None, action: Any, given: Mapping[str, Any]) -> Reply:
    """``response_action`` of a dialog: errors, update, push, clear."""
    if action in ("update", "push"):
        return Reply(modal=modal(given.get("view")))
    if action != "errors" or question is None or question.modal is None:
        return Reply()
    fields = block_kit.state_of(question.modal)["f"]
    names = {block: name for name, (block, _) in fields.items()}
    said = given.get("errors")
    return Reply(
        errors={
            names.get(str(block), str(block)): str(why)[:300]
            for block, why in (said.items() if isinstance(said, Mapping) else ())
        }
    )
