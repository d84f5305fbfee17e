"""May this actor do this, given these rows: None, or the error that says why not. Pure functions, no query.

The system (``actor.is_system``) may do everything here. A missing membership is answered alike whether or not the
conversation exists. Each refusal names its rule in ``details.rule``.
"""

from chat.policy.governing import may_act_upon, may_leave, may_manage, may_set_role
from chat.policy.seats import Seat, Verdict, has_scope, may_read, may_see, outsider, refuse
from chat.policy.talking import (
    may_be_urgent,
    may_confirm,
    may_edit,
    may_keep_own,
    may_mention_all,
    may_pin,
    may_pin_any,
    may_post,
    may_preview,
    may_react,
    may_recall,
    may_save,
    may_set_handler,
)

__all__ = [
    "Seat",
    "Verdict",
    "has_scope",
    "may_act_upon",
    "may_be_urgent",
    "may_confirm",
    "may_edit",
    "may_keep_own",
    "may_leave",
    "may_manage",
    "may_mention_all",
    "may_pin",
    "may_pin_any",
    "may_post",
    "may_preview",
    "may_react",
    "may_read",
    "may_recall",
    "may_save",
    "may_see",
    "may_set_handler",
    "may_set_role",
    "outsider",
    "refuse",
]
