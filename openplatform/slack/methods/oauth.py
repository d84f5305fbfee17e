"""oauth.v2.access: an app gets its bot's token for the code that an installer's yes gave it."""

import base64
import binascii

from django.contrib.auth.hashers import check_password

from accounts.selectors import get_user
from openplatform.dialects import ids, scope_names
from openplatform.dialects.slack_shapes import TEAM, user_id
from openplatform.models import App
from openplatform.services import slack_installing
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json
from openplatform.slack.problems import SlackError


@method("oauth.v2.access", scope="", missing="invalid_code", public=True)
def access(call: Call) -> Json:
    """The client's id and secret come by Basic authentication or beside the code."""
    app = _client(call)
    if call.args.text("grant_type") not in ("", "authorization_code"):
        raise SlackError("invalid_grant_type")
    installed, raw, installer = slack_installing.redeem(
        app=app, code=call.args.needed("code", "invalid_code"), redirect_uri=call.args.text("redirect_uri")
    )
    bot = get_user(installed.app.bot_id or 0)
    return {
        "access_token": f"xoxb-{raw}",
        "token_type": "bot",
        "scope": ",".join(scope_names.to_slack(installed.scopes)),
        "bot_user_id": user_id(bot.pk),
        "app_id": ids.spell("A", app.pk),
        "team": {"id": TEAM, "name": call.host.partition("://")[2]},
        "enterprise": None,
        "is_enterprise_install": False,
        "authed_user": {"id": user_id(installer)},
    }


def _client(call: Call) -> App:
    """The app that shows its secret. Raises SlackError invalid_client_id, bad_client_secret."""
    name, secret = call.args.text("client_id"), call.args.text("client_secret")
    scheme, _, given = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, secret = base64.b64decode(given, validate=True).decode().partition(":")
        except (ValueError, binascii.Error):
            raise SlackError("invalid_client_id") from None
    app = App.objects.filter(client_id=name, state=App.State.APPROVED).first() if name else None
    if app is None:
        raise SlackError("invalid_client_id")
    if not check_password(secret, app.client_secret):
        raise SlackError("bad_client_secret")
    return app
