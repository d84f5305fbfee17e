"""Leave is asked for in a dialog and decided on a card. Scopes ``commands:register``, ``messages:write``.

Command: ``/leave-request``.

PARLEY_URL=… PARLEY_TOKEN=plyb_… PARLEY_SECRET=whsec_… python examples/approval_bot.py
"""

import os
from typing import Any

from parley_sdk.apps.app import App, Question, Reply
from parley_sdk.apps.bot import Bot

DIALOG = {
    "title": "Ask for leave",
    "action": "leave",
    "submit": "Ask",
    "blocks": [
        {"type": "date", "action": "first", "label": "First day", "required": True},
        {"type": "date", "action": "last", "label": "Last day", "required": True},
        {"type": "input", "action": "why", "label": "Why", "multiline": True},
    ],
}


def card(who: str, first: str, last: str, decided: str = "") -> dict[str, Any]:
    """The request as everybody sees it; with buttons until it is decided."""
    fields = {"type": "fields", "fields": [{"label": "From", "text": first}, {"label": "To", "text": last}]}
    value = "|".join((who, first, last))
    buttons: dict[str, Any] = {
        "type": "actions",
        "elements": [
            {"type": "button", "text": "Approve", "action": "approve", "style": "primary", "value": value},
            {"type": "button", "text": "Refuse", "action": "refuse", "style": "danger", "value": value},
        ],
    }
    blocks = [fields, {"type": "note", "text": decided} if decided else buttons]
    return {"title": f"{who} asks for leave", "fallback": f"{who} asks for leave", "blocks": blocks}


def make(bot: Bot, secret: str) -> App:
    """The app."""
    app = App(bot, secrets=[secret])

    @app.command("leave-request")
    def ask(question: Question) -> Reply:
        return {"modal": DIALOG}

    @app.modal("leave")
    def asked(question: Question) -> Reply:
        first, last = question.values["first"], question.values["last"]
        if last < first:
            return {"errors": {"last": "The last day is not before the first."}}
        return {"card": card(question.user["name"], first, last), "to": "conversation"}

    @app.action("approve")
    @app.action("refuse")
    def decide(question: Question) -> Reply:
        who, first, last = question.value.split("|")
        if who == question.user["name"]:
            return "Somebody else decides that."
        word = "Approved" if question.action == "approve" else "Refused"
        decided = card(who, first, last, f"{word} by {question.user['name']}")
        return {"card": decided, "replace": True, "to": "conversation"}

    return app


if __name__ == "__main__":
    env = os.environ
    make(Bot(env["PARLEY_URL"], env["PARLEY_TOKEN"]), env["PARLEY_SECRET"]).serve("0.0.0.0", 8443)  # noqa: S104 - to be reached
