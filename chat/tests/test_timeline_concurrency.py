"""Many threads and processes at one timeline: gapless, one row per key, no lock held against another."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection

from chat.models import Conversation, Entry, Membership
from chat.services import conversations
from chat.tests import factories, sending_process

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def group():
    alice, bob, _ = factories.three_people()
    members = [bob.user, *factories.people(8)]
    return conversations.create_group(actor=alice, title="Busy", members=members)


def members_of(group) -> list[int]:
    return list(Membership.objects.filter(conversation=group).values_list("user_id", flat=True))


def in_processes(number: int, **work) -> list[list]:
    """The same work in ``number`` processes at once; all outcomes."""
    work["database"] = str(connection.settings_dict["NAME"])

    def run(place: int) -> list:
        given = json.dumps(work | {"name": f"process-{place}"})
        command = [sys.executable, "-m", "chat.tests.sending_process", given]
        ended = subprocess.run(command, check=False, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=240)
        assert ended.returncode == 0, ended.stderr[-3000:]
        return json.loads(ended.stdout)

    with ThreadPoolExecutor(number) as pool:
        return [each for found in pool.map(run, range(number)) for each in found]


def assert_gapless(conversation: int) -> None:
    rows = list(Entry.objects.filter(conversation_id=conversation).order_by("seq").values_list("seq", "number"))
    head = Conversation.objects.get(pk=conversation)
    assert [seq for seq, _ in rows] == list(range(1, head.last_seq + 1))
    assert [number for _, number in rows if number] == list(range(1, head.last_number + 1))


def test_fifty_threads_leave_no_gap(group):
    outcomes = sending_process.main(
        {
            "name": "threads",
            "threads": 50,
            "rounds": 2,
            "batch": 2,
            "users": members_of(group),
            "conversations": [group.pk],
        }
    )
    assert len(outcomes) == 200
    assert not [each for each in outcomes if each[5]]
    assert len({each[1] for each in outcomes}) == 200
    assert_gapless(group.pk)


def test_two_processes_leave_no_gap(group):
    outcomes = in_processes(2, threads=4, rounds=10, batch=4, users=members_of(group), conversations=[group.pk])
    assert len({(each[1], each[2]) for each in outcomes}) == 320
    assert_gapless(group.pk)


def test_a_thousand_resends_from_two_processes_store_one_row(group):
    [sender] = members_of(group)[:1]
    outcomes = in_processes(
        2, threads=5, rounds=20, batch=5, users=[sender], conversations=[group.pk], client_key="the-only-key"
    )
    assert len(outcomes) == 1000
    assert len({tuple(each[:4]) for each in outcomes}) == 1
    assert [each[4] for each in outcomes].count(False) == 1
    assert Entry.objects.filter(client_key="the-only-key").count() == 1


def test_batches_over_many_conversations_and_mentions_do_not_cross_each_other(group):
    people = members_of(group)
    others = [
        conversations.create_group(actor=factories.Actor(user=people[0]), title=f"Other {place}", members=people)
        for place in range(4)
    ]
    places = [group.pk, *(each.pk for each in others)]
    outcomes = in_processes(2, threads=4, rounds=6, batch=5, users=people, conversations=places, mentions=people)
    assert not [each for each in outcomes if each[5]]
    for place in [*places, *Conversation.objects.filter(kind="personal").values_list("pk", flat=True)]:
        assert_gapless(place)
