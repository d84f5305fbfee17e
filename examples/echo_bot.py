"""Says again what people say where it is. Scopes ``events:read``, ``messages:read``, ``messages:write``.

Events: ``message.created``.

PARLEY_URL=… PARLEY_TOKEN=plyb_… PARLEY_SECRET=whsec_… python examples/echo_bot.py
"""

import os

from parley_sdk.apps.app import App, Told
from parley_sdk.apps.bot import Bot


def make(bot: Bot, secret: str) -> App:
    """The app. Parley never tells it what its own bot said, so it does not answer itself."""
    app = App(bot, secrets=[secret])

    @app.event("message.created")
    def echo(told: Told) -> None:
        text = told.event.get("body", {}).get("text")
        if text:
            told.bot.say(told.event["conversation"], f"You said: {text}")

    return app


if __name__ == "__main__":
    env = os.environ
    make(Bot(env["PARLEY_URL"], env["PARLEY_TOKEN"]), env["PARLEY_SECRET"]).serve("0.0.0.0", 8443)  # noqa: S104 - to be reached
