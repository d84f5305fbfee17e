"""Who one is and where: auth.test, team.info, bots.info, and whether the server hears at all."""

from accounts import selectors as people
from openplatform import selectors
from openplatform.dialects import ids
from openplatform.dialects.slack_shapes import TEAM, user_id
from openplatform.models import App
from openplatform.services import installations
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json
from openplatform.slack.problems import SlackError
from protocol import errors


@method("api.test", scope="", public=True)
def api_test(call: Call) -> Json:
    """What was sent, or the error that was asked for."""
    args = {name: value for name, value in call.args.given.items() if name != "token"}
    if wanted := call.args.text("error"):
        raise SlackError(wanted[:80], args=args)
    return {"args": args}


@method("auth.test", scope="")
def auth_test(call: Call) -> Json:
    """Whose token this is. ``bot_id`` is there for bots alone: that is how programs tell."""
    person = people.get_user(call.actor.user)
    told = {
        "url": f"{call.host}/",
        "team": call.host.partition("://")[2],
        "team_id": TEAM,
        "user": person.username,
        "user_id": user_id(person.pk),
        "is_enterprise_install": False,
    }
    if person.kind == person.Kind.BOT:
        told["bot_id"] = ids.spell("B", person.pk)
    if call.actor.app:
        told["app_id"] = ids.spell("A", call.actor.app)
    return told


@method("auth.revoke", scope="")
def auth_revoke(call: Call) -> Json:
    """End the token; ``test``: only say whether it would be."""
    test = call.args.flag("test")
    if not test:
        installations.end_token(actor=call.actor)
    return {"revoked": not test}


@method("auth.teams.list", scope="")
def auth_teams(call: Call) -> Json:
    """The one team there is."""
    return {"teams": [{"id": TEAM, "name": call.host.partition("://")[2]}], "response_metadata": {"next_cursor": ""}}


@method("team.info", scope="users:read")
def team_info(call: Call) -> Json:
    """The company."""
    name = call.host.partition("://")[2]
    domain = name.partition(":")[0]
    team = {"id": TEAM, "name": name, "domain": domain, "email_domain": "", "icon": {"image_default": True}}
    return {"team": {**team, "url": f"{call.host}/"}}


@method("bots.info", scope="users:read", missing="bot_not_found")
def bots_info(call: Call) -> Json:
    """A bot."""
    number = ids.parse(call.args.needed("bot", "bot_not_found"), "B")
    person = people.get_user(number)
    if person.kind != person.Kind.BOT:
        raise errors.NotFound("There is no such bot.")
    shown = {"id": ids.spell("B", number), "user_id": user_id(number), "name": person.name}
    installed = selectors.find_by_bots([number]).get(number)
    app = {"app_id": ids.spell("A", installed.app_id)} if installed else {}
    return {"bot": {**shown, **app, "deleted": not person.is_active, "updated": 0, "icons": {}}}


@method("migration.exchange", scope="users:read")
def migration_exchange(call: Call) -> Json:
    """Ids are what they are."""
    users = call.args.names("users")
    return {"team_id": TEAM, "enterprise_id": "", "user_id_map": {each: each for each in users}, "invalid_user_ids": []}


def app_of(call: Call) -> App:
    """The app whose bot calls. Raises SlackError not_allowed_token_type."""
    found = selectors.find_by_bots([call.actor.user]).get(call.actor.user)
    if found is None or found.app_id != call.actor.app:
        raise SlackError("not_allowed_token_type")
    return found.app
