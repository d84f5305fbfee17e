"""Manifests of Slack apps in our words."""

import pytest

from openplatform.dialects import slack_manifest
from openplatform.dialects.manifest import Command, Events
from openplatform.dialects.slack_manifest import NotAManifest

YAML = """
display_information:
  name: Deploy Bot
  description: Deploys
  background_color: "#2c2d30"
features:
  bot_user:
    display_name: deploybot
  app_home:
    home_tab_enabled: true
  slash_commands:
    - command: /deploy
      url: https://bot.example.com/slack/events
      description: Deploy something
      usage_hint: <where>
    - command: /Größe
      description: none
oauth_config:
  redirect_urls:
    - https://bot.example.com/slack/oauth_redirect
  scopes:
    bot: [commands, chat:write, channels:history, admin.teams:read]
settings:
  event_subscriptions:
    request_url: https://bot.example.com/slack/events
    bot_events: [message.channels, reaction_added, star_added]
  interactivity:
    is_enabled: true
    request_url: https://bot.example.com/slack/events
"""


def test_an_app_of_slacks_is_said_in_our_words():
    found = slack_manifest.read(YAML)
    app = found.manifest
    assert (app.name, app.description) == ("Deploy Bot", "Deploys")
    assert {"commands:register", "messages:write", "messages:read", "events:read"} <= set(app.scopes)
    assert app.redirect_urls == ["https://bot.example.com/slack/oauth_redirect"]
    assert app.interactivity is not None
    assert (app.interactivity.url, app.interactivity.signature) == ("https://bot.example.com/slack/events", "slack")
    assert app.commands == [Command(name="deploy", help="Deploy something", usage="<where>")]
    assert app.events == Events(
        url="https://bot.example.com/slack/events",
        types=["message.created", "message.edited", "message.recalled", "reaction.added"],
        signature="slack",
    )
    assert sorted(found.left_out) == [
        "features.app_home",
        "features.slash_commands[1]",
        "oauth_config.scopes: admin.teams:read",
        "settings.event_subscriptions: star_added",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "a: b: c",
        '{"display_information": {}}',
        "display_information: !!python/object/apply:os.system [ls]",
        "a: &a [x, x]\nb: &b [*a, *a]\ndisplay_information: {name: *b}",
        "x" * 70_000,
    ],
)
def test_what_is_none_is_refused(text: str):
    with pytest.raises(NotAManifest):
        slack_manifest.read(text)
