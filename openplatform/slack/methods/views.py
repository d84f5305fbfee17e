"""views.*: dialogs that a bot opens for who did something a moment ago, and shows something else in."""

from openplatform.dialects import block_kit, ids, posts
from openplatform.dialects.slack_shapes import TEAM
from openplatform.models import Modal
from openplatform.services import modals, slack_asking
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json
from openplatform.slack.problems import SlackError


@method("views.open", scope="", like="modals.open", missing="expired_trigger_id")
def open_(call: Call) -> Json:
    """Each trigger once, within its time."""
    trigger = call.args.needed("trigger_id", "invalid_trigger_id")
    return _told(call, modals.open_triggered(actor=call.actor, trigger=trigger, body=_body(call)))


@method("views.push", scope="", like="modals.open", missing="expired_trigger_id")
def push(call: Call) -> Json:
    """Another dialog: there is no pile of them here."""
    return open_(call)


@method("views.update", scope="", like="modals.change", missing="not_found")
def update(call: Call) -> Json:
    """Another content for a dialog of the app's."""
    number = ids.parse(call.args.needed("view_id", "invalid_arguments"), "V")
    return _told(call, modals.update(actor=call.actor, modal=number, body=_body(call)))


def _body(call: Call) -> Json:
    try:
        return slack_asking.modal(call.args.json("view"))
    except block_kit.Unusable as why:
        raise SlackError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {why}"]}) from None
    except posts.Unreadable as why:
        raise SlackError(str(why)) from None


def _told(call: Call, row: Modal) -> Json:
    app, bot = ids.spell("A", row.app_id), ids.spell("B", call.actor.user)
    return {"view": block_kit.view_of(row.pk, row.body, {}, app=app, bot=bot, team=TEAM)}
