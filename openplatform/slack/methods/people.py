"""users.*: the company's directory, and who is there."""

from accounts import selectors
from accounts.models import User
from chat import presence
from openplatform.dialects import slack_shapes
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json, user_of
from openplatform.slack.problems import SlackError


@method("users.info", scope="users:read", like="users.get", missing="user_not_found")
def info(call: Call) -> Json:
    """One person."""
    return {"user": slack_shapes.person(selectors.person_of(user_of(call)))}


@method("users.list", scope="users:read", like="users.list", missing="user_not_found")
def listed(call: Call) -> Json:
    """Everybody whose account is open, by user name."""
    limit = call.args.number("limit", 200, 200)
    found = selectors.find_people("", call.args.text("cursor"), limit)
    return {
        "members": [slack_shapes.person(each) for each in found.people],
        "cache_ts": 0,
        "response_metadata": {"next_cursor": found.next},
    }


@method("users.lookupByEmail", scope="users:read", like="users.get", missing="users_not_found")
def by_email(call: Call) -> Json:
    """Whoever has this very address. Addresses are told to nobody: one has to know it."""
    email = call.args.needed("email", "users_not_found")
    rows = User.objects.select_related("department").filter(email__iexact=email, is_active=True)
    found = list(rows.exclude(email="")[:2])
    if len(found) != 1:
        raise SlackError("users_not_found")
    return {"user": slack_shapes.person(selectors.person_of(found[0]))}


@method("users.profile.get", scope="users:read", like="users.get", missing="user_not_found")
def profile(call: Call) -> Json:
    """What somebody says of himself; without ``user`` the caller."""
    person = user_of(call) if call.args.text("user") else selectors.get_user(call.actor.user)
    return {"profile": slack_shapes.profile(selectors.person_of(person))}


@method("users.getPresence", scope="presence:read", like="presence.get", missing="user_not_found")
def get_presence(call: Call) -> Json:
    """Whether somebody is there."""
    person = user_of(call) if call.args.text("user") else selectors.get_user(call.actor.user)
    status = presence.get_statuses([person.pk]).get(person.pk, "")
    return {"presence": "active" if status == "online" else "away", "online": bool(status)}


@method("emoji.list", scope="")
def emojis(call: Call) -> Json:
    """Emojis of one's own: there are none."""
    return {"emoji": {}, "cache_ts": "0"}
