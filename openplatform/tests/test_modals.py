"""Dialogs: checked by path, opened once by a trigger within its time, changed by their app's bot alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat import slash
from openplatform.models import Interaction, Modal
from openplatform.services import modals
from openplatform.tests.asking import Asking
from openplatform.tests.factories import MODAL
from protocol import errors

OPTIONS = [{"text": "One", "value": "1"}, {"text": "Two", "value": "1"}]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"title": ""}, "modal.title"),
        ({"blocks": []}, "modal.blocks"),
        ({"blocks": [{"type": "button", "text": "x"}]}, "modal.blocks[0].type"),
        ({"blocks": [{"type": "input", "action": "a"}, {"type": "date", "action": "a"}]}, "modal.blocks[1].action"),
        ({"blocks": [{"type": "select", "action": "a", "options": OPTIONS}]}, "modal.blocks[0].options"),
        ({"submit": ""}, "modal.submit"),
        ({"handler": "poll"}, "modal"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(more: dict[str, Any], path: str):
    with pytest.raises(errors.BadRequest) as wrong:
        modals.checked({**MODAL, **more})
    assert wrong.value.details["path"] == path


def trigger_of(asking: Asking) -> str:
    slash.run(actor=asking.bob, conversation=asking.group, text="/deploy", client_key=f"command-{len(asking.asked)}")
    return str(asking.asked[-1]["trigger"])


def test_a_trigger_opens_one_dialog_in_time_for_its_app(asking: Asking):
    trigger = trigger_of(asking)
    for stranger in (asking.bob, asking.company.outsider):
        with pytest.raises(errors.NotFound):
            modals.open_triggered(actor=stranger, trigger=trigger, body=MODAL)
    opened = modals.open_triggered(actor=asking.bot_actor, trigger=trigger, body=MODAL)
    assert (opened.user_id, opened.client_key) == (asking.bob.user, "command-0")
    with pytest.raises(errors.NotFound):
        modals.open_triggered(actor=asking.bot_actor, trigger=trigger, body=MODAL)
    late = trigger_of(asking)
    Interaction.objects.update(at=timezone.now() - timedelta(seconds=31))
    with pytest.raises(errors.NotFound):
        modals.open_triggered(actor=asking.bot_actor, trigger=late, body=MODAL)
    assert Modal.objects.count() == 1


def test_its_apps_bot_alone_changes_it(asking: Asking):
    opened = modals.open_triggered(actor=asking.bot_actor, trigger=trigger_of(asking), body=MODAL)
    for stranger in (asking.bob, asking.company.outsider):
        with pytest.raises(errors.NotFound):
            modals.update(actor=stranger, modal=opened.pk, body={**MODAL, "title": "Mine"})
    assert (
        modals.update(actor=asking.bot_actor, modal=opened.pk, body={**MODAL, "title": "Next"}).body["title"] == "Next"
    )
