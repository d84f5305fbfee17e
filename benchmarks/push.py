"""Push at size: deciding for a group of 100,000 most of whom want to hear nothing, and deliveries through real workers.

The provider is one that only counts (the console's, silenced): what is measured is the ledger, the queue and the decision.
"""

import os
import subprocess
import sys
import time
import uuid
from typing import Any

from benchmarks import processor

MEMBERS, AWAKE = 100_000, 1_000
DELIVERIES = 20_000
WORKERS = 2


def push(members: int = MEMBERS, awake: int = AWAKE, deliveries: int = DELIVERIES) -> list[dict[str, Any]]:
    """The rows of both parts. Fills the database with rubbish."""
    return [_decide(members, awake), _deliver(deliveries)]


def _people(count: int, subscribed: int) -> tuple[list[int], list[int]]:
    """Users, and devices of the first ``subscribed`` of them that want to be woken."""
    from accounts.models import Device, PushSubscription, User

    mark = uuid.uuid4().hex[:8]
    rows = [User(username=f"push-{mark}-{place}", name=f"Person {place}", password="!") for place in range(count)]
    users = [each.pk for each in User.objects.bulk_create(rows, batch_size=5_000)]
    devices = Device.objects.bulk_create(
        [Device(user_id=user, platform="mobile", name="phone") for user in users[:subscribed]], batch_size=5_000
    )
    PushSubscription.objects.bulk_create(
        [
            PushSubscription(device=each, provider="console", endpoint=f"console:{mark}{each.pk:09d}")
            for each in devices
        ],
        batch_size=5_000,
    )
    return users, [each.pk for each in devices]


def _group(users: list[int], awake: int) -> tuple[int, int]:
    """A group in which only the first ``awake`` members want to be told; a message in it."""
    from accounts.actor import Actor
    from chat.models import Conversation, Membership
    from chat.services import conversations, messages

    actor = Actor(user=users[-1], name="Speaker")
    group = conversations.create_group(actor=actor, title="Everybody", members=[]).pk
    rest = [
        Membership(conversation_id=group, user_id=user, notify="all" if place < awake else "none")
        for place, user in enumerate(users[:-1])
    ]
    Membership.objects.bulk_create(rest, batch_size=5_000)
    Conversation.objects.filter(pk=group).update(member_count=len(users))
    said = messages.send(actor=actor, conversation=group, client_key=f"b-{uuid.uuid4().hex}", body={"text": "To all"})
    return group, said.seq


def _decide(members: int, awake: int) -> dict[str, Any]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from chat.models import Entry
    from push.models import PushDelivery
    from push.services import spreading

    users, _ = _people(members, members)  # all have phones: silence is what spares the muted
    group, seq = _group(users, awake)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    entry = Entry.objects.get(conversation=group, seq=seq)
    began = time.perf_counter()
    with CaptureQueriesContext(connection) as asked:
        _, more = spreading.announce([entry])
        while more:
            _, more = spreading.spread_next()
    seconds = time.perf_counter() - began
    rows = PushDelivery.objects.filter(conversation=group)
    return {
        "part": f"decision, {members:,} members, {awake:,} awake",
        "rows": rows.count(),
        "for the muted": rows.exclude(user__in=users[:awake]).count(),
        "queries": len(asked),
        "left": 0,
        "seconds": round(seconds, 2),
        "a second": round(rows.count() / seconds),
    }


def _owed(count: int) -> tuple[int, list[int]]:
    """A group, and a delivery that waits for each of ``count`` devices in it."""
    from chat.models import Entry
    from push.models import PushDelivery

    users, devices = _people(count, count)
    group, seq = _group([*users, users[0]][1:], count)
    number = Entry.objects.get(conversation=group, seq=seq).number or 0
    rows = [
        PushDelivery(
            user_id=user,
            device_id=device,
            provider="console",
            conversation_id=group,
            seq=seq,
            number=number,
            reason="all",
        )
        for user, device in zip(users[1:], devices[1:], strict=True)
    ]
    return group, [each.pk for each in PushDelivery.objects.bulk_create(rows, batch_size=5_000)]


def _start_worker() -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.push_settings", "PARLEY_DB_POOL": "1"}
    command = ["-m", "celery", "-A", "imsite", "worker", "-Q", "push", "--concurrency", str(WORKERS), "--without-gossip",
               "--without-mingle", "-n", f"bench-{uuid.uuid4().hex[:6]}@here"]  # fmt: skip
    return subprocess.Popen(
        [sys.executable, *command], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _deliver(count: int) -> dict[str, Any]:
    from django.db import connection

    from push import conf
    from push.models import PushDelivery
    from push.tasks import hand_out

    group, made = _owed(count)
    worker = _start_worker()
    try:
        waiting = PushDelivery.objects.filter(conversation=group, state="waiting")
        first = 2 * WORKERS * conf.BATCH
        hand_out(made[:first])  # both processes are up and warm when these are done
        until = time.monotonic() + 240
        while waiting.count() > len(made) - first and time.monotonic() < until:
            time.sleep(0.2)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            database = processor.parent_of(cursor.fetchone()[0])
        spent = {"workers": processor.seconds_of(worker.pid), "database": processor.seconds_of(database)}
        began = time.perf_counter()
        hand_out(made[first:])
        while waiting.exists() and time.monotonic() < until:
            time.sleep(0.25)
        seconds = time.perf_counter() - began
        left = waiting.count()
        spent["workers"] = processor.seconds_of(worker.pid) - spent["workers"]
        spent["database"] = processor.seconds_of(database) - spent["database"]
    finally:
        worker.terminate()
        worker.wait(30)
    sent = PushDelivery.objects.filter(conversation=group, state="sent").count()
    return {
        "part": f"deliveries, {WORKERS} worker processes",
        "rows": sent,
        "for the muted": 0,
        "queries": 0,
        "left": left,
        "seconds": round(seconds, 2),
        "a second": round((sent - first) / seconds),
        **{f"processor ms, {who}": round(1_000 * took / (sent - first), 2) for who, took in spent.items()},
        "load": round(os.getloadavg()[0], 1),
    }
