"""Who is told of what: written with the entry, for bots that are there, from where they may read; pulled and sent again."""

import pytest

from accounts.tests.factories import actor_of
from chat.models import Entry
from chat.services import conversations, messages
from openplatform.models import WebhookDelivery
from openplatform.services import apps, deliveries, installations, subscriptions
from openplatform.tests.stage import REACHABLE, Stage, states
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reachable(settings) -> None:
    settings.OPENPLATFORM = REACHABLE


def texts(stage: Stage, row) -> list[str]:
    bot = actor_of(stage.app.bot)
    return [each.event.body.get("text", "") for each in deliveries.list_events(actor=bot, subscription=row.pk, after=0)]


def test_an_app_hears_of_conversations_with_its_bot_alone():
    stage = Stage()
    row = stage.subscribe()
    elsewhere = stage.make_group("Private", with_bot=False)
    stage.say("secret", group=elsewhere)
    stage.say("heard")
    assert texts(stage, row) == ["heard"]
    conversations.remove_members(actor=stage.company.owner, conversation=stage.group, users=[stage.bot])
    stage.say("after it left")
    assert texts(stage, row) == ["heard"]


def test_an_app_does_not_hear_its_own_bot():
    stage = Stage()
    row = stage.subscribe()
    stage.say("from the bot", who=actor_of(stage.app.bot))
    assert texts(stage, row) == []


def test_only_what_was_asked_for_is_told_and_nothing_without_the_scope():
    stage, types = Stage(), ["message.recalled"]
    row = stage.subscribe(types=types)
    seq = stage.say("gone soon")
    messages.recall(actor=stage.bob, conversation=stage.group, client_key="recall-01", target=seq)
    stage.listen()
    assert list(WebhookDelivery.objects.filter(subscription=row).values_list("type", flat=True)) == types


def test_an_app_without_the_scope_is_told_nothing():
    stage = Stage(scopes=("messages:write",))
    stage.subscribe()
    stage.say("hello")
    assert not WebhookDelivery.objects.exists()


def test_numbers_have_no_gap_over_conversations_and_pages_follow_each_other():
    stage = Stage()
    row = stage.subscribe()
    for number in range(6):
        stage.say(f"m{number}", group=stage.group if number % 2 else stage.quiet)
    bot = actor_of(stage.app.bot)
    first = deliveries.list_events(actor=bot, subscription=row.pk, after=0, limit=4)
    rest = deliveries.list_events(actor=bot, subscription=row.pk, after=first[-1].number, limit=4)
    assert [each.number for each in (*first, *rest)] == [1, 2, 3, 4, 5, 6]
    assert states(row) == ["kept"] * 6


def test_what_was_recalled_is_gone_from_what_is_pulled():
    stage = Stage()
    row = stage.subscribe()
    seq = stage.say("a secret")
    messages.recall(actor=stage.bob, conversation=stage.group, client_key="recall-01", target=seq)
    assert texts(stage, row) == [""]


def test_nobody_else_pulls_reads_the_log_or_sends_again():
    stage = Stage()
    row = stage.subscribe()
    stage.say("hello")
    outsider = stage.company.outsider
    for actor in (outsider, stage.bob, stage.company.owner):
        with pytest.raises(errors.NotFound):
            deliveries.list_events(actor=actor, subscription=row.pk, after=0)
    for actor in (outsider, stage.bob, actor_of(stage.app.bot)):
        with pytest.raises(errors.NotFound):
            deliveries.list_log(actor=actor, subscription=row.pk, after=0)
        with pytest.raises(errors.NotFound):
            deliveries.redeliver(actor=actor, subscription=row.pk, first=1, last=1)
    with pytest.raises(errors.Forbidden):
        deliveries.list_events(actor=actor_of(stage.app.bot, scopes=frozenset()), subscription=row.pk, after=0)


def test_a_suspended_or_uninstalled_app_is_told_nothing():
    stage = Stage()
    row = stage.subscribe()
    apps.suspend(actor=stage.company.admin, app=stage.app.pk, reason="leaked")
    stage.say("one")
    apps.restore(actor=stage.company.admin, app=stage.app.pk)
    installations.uninstall(actor=stage.company.owner, app=stage.app.pk)
    stage.say("two")
    assert states(row) == []


def test_writing_costs_the_same_for_a_large_group(django_assert_max_num_queries):
    stage = Stage()
    stage.subscribe()
    stage.say("warm")
    entries = list(Entry.objects.filter(conversation=stage.group, kind="text"))
    with django_assert_max_num_queries(5):
        deliveries.write(entries * 20)


def test_old_events_are_forgotten(settings):
    stage = Stage()
    row = stage.subscribe()
    stage.say("hello")
    assert deliveries.forget() == 0
    settings.OPENPLATFORM = {**REACHABLE, "events_kept_days": 0}
    assert deliveries.forget() == 1
    assert states(row) == []
    assert subscriptions.list_of(actor=stage.company.owner, app=stage.app.pk) == [row]
