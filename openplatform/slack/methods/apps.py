"""apps.connections.open: the way into Socket Mode."""

from openplatform.dialects import ids
from openplatform.services import slack_links
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json


@method("apps.connections.open", scope="events:read", missing="not_allowed_token_type")
def open_connection(call: Call) -> Json:
    """An address for one socket, once, within a minute. ``xapp-``: the bot's token with these letters in front."""
    ticket = slack_links.issue(actor=call.actor, host=call.host)
    host = call.host.replace("http", "ws", 1)
    return {"url": f"{host}/slack/socket?ticket={ticket}&app_id={ids.spell('A', call.actor.app)}"}
