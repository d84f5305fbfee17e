"""A space of a million: made, asked, paged while everybody gets another role and the worker is killed twice; what a message
in one of its channels costs; and what a client hears of a channel that it only watches in its list.
"""

import asyncio
import contextlib
import io
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from accounts.models import User
from audit.models import AuditRecord
from benchmarks import company, processor
from benchmarks.cluster import ROOT, running
from benchmarks.parts import clocked, row, timed
from benchmarks.watching import Watcher
from chat.models import Entry, Membership
from chat.services import messages, subscriptions
from groups import selectors
from groups.models import Job, JobRefusal
from groups.services import jobs
from groups.services.spaces import crowding

Rows = list[dict[str, Any]]
MEMBERS = int(os.environ.get("PARLEY_BENCH_MEMBERS", "1000000"))
#: Shares of the job after which its worker is killed.
KILLS = (0.25, 0.6)


def space() -> Rows:
    """All parts, on one space."""
    [owner] = company.with_tokens(company.hire(1, "space-owner"))
    name = User.objects.get(pk=owner.id).username
    began = time.monotonic()
    told = io.StringIO()
    call_command("make_space", "Everybody", "--owner", name, "--members", str(MEMBERS), stdout=told)
    made = time.monotonic() - began
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ids = {key: int(value) for key, value in zip(*[iter(told.getvalue().splitlines()[-1].split())] * 2, strict=True)}
    rows: Rows = [row("made by the command", seconds=round(made, 1), rows=MEMBERS)]
    people = list(User.objects.filter(username__startswith=crowding.PREFIX).order_by("pk").values_list("pk", flat=True))
    rows += [_asked(ids, people, "permission check, quiet")]
    rows += _mass(ids, people, owner)
    rows += [_again(ids, owner.id)]
    rows += _costs(ids, people, owner.id)
    rows += [_noticed(ids)]
    return rows


def _asked(ids: dict[str, int], people: list[int], part: str, count: int = 3_000) -> dict[str, Any]:
    """May this member see that channel, and why: any member, both channels."""
    for user in people[:50]:  # the first ones plan and connect
        selectors.explain_channel(user, ids["general"])
    with CaptureQueriesContext(connection) as queries:
        selectors.explain_channel(people[0], ids["general"])
    spent = _spent()
    times = [
        clocked(partial(selectors.explain_channel, user, ids["general"])) for user in random.choices(people, k=count)
    ]
    each = (_spent() - spent) * 1000 / count
    return timed(part, times, also=f"{len(queries)} queries, {each:.2f} ms of a processor each")


def _spent() -> float:
    """Processor seconds of this process, its children and PostgreSQL so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    return processor.seconds_of(processor.parent_of(backend)) + processor.seconds_of(os.getpid())


def _again(ids: dict[str, int], owner: int) -> dict[str, Any]:
    """Another role for everybody, with nobody asking meanwhile: what it costs."""
    order, spent, began = jobs.Order("roles", custom_role=ids["guest"]), _spent(), time.monotonic()
    job = jobs.start(actor=Actor(user=owner), conversation=ids["space"], order=order)
    worker = _worker(Path(tempfile.mkdtemp()))
    try:
        while job.finished_at is None:
            time.sleep(0.5)
            job.refresh_from_db()
        seconds = time.monotonic() - began
    finally:
        os.killpg(worker.pid, signal.SIGTERM)
        worker.wait()
    cost = f"{_spent() - spent:.0f} s of processors, with the worker's start and end"
    return row("another role, nobody asking", seconds=round(seconds, 1), rows=job.done, also=cost)


def _mass(ids: dict[str, int], people: list[int], owner: company.Person) -> Rows:
    """A role for everybody, asked for over HTTP; its workers are killed; pages and checks go on meanwhile."""
    browser = Client(headers={"authorization": f"Bearer {owner.token}"}, SERVER_NAME="127.0.0.1")
    address = f"/api/v1/conversations/{ids['space']}"
    page = f"{address}/members?limit=50&cursor="
    for user in people[:20]:
        assert browser.get(page + str(user)).status_code == 200
    began = time.monotonic()
    order = {"kind": "roles", "custom_role": ids["host"]}
    answer: list[Any] = []
    asked = clocked(lambda: answer.append(browser.post(f"{address}/jobs", order, content_type="application/json")))
    assert answer[0].status_code == 202, answer[0].content
    job, pages, checks, killed = Job.objects.get(pk=answer[0].json()["id"]), [], [], 0
    folder, worker = Path(tempfile.mkdtemp()), None
    try:
        while job.finished_at is None:
            if worker is None:
                worker = _worker(folder)
            if killed < len(KILLS) and job.done >= KILLS[killed] * job.total:
                os.killpg(worker.pid, signal.SIGKILL)
                worker.wait()
                worker, killed = None, killed + 1
            user = random.choice(people)
            pages.append(clocked(partial(browser.get, page + str(user))))
            checks.append(clocked(partial(selectors.explain_channel, user, ids["general"])))
            if len(pages) % 10 == 0:
                job.refresh_from_db()
            time.sleep(0.005)
            assert time.monotonic() - began < 900, (job.state, job.done)
        seconds = time.monotonic() - began
    finally:
        if worker is not None:
            os.killpg(worker.pid, signal.SIGTERM)
            worker.wait()
    load = f"load average {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores"
    return [
        row("role change of everybody: the request", **{"max ms": round(asked, 1)}),
        row("  done", seconds=round(seconds, 1), rows=job.done, also=f"worker killed -9 {killed} times; {load}"),
        row("  exact", also=_exact(ids, job, owner.id)),
        timed("  member page over HTTP meanwhile", pages),
        timed("  permission check meanwhile", checks),
    ]


def _exact(ids: dict[str, int], job: Job, owner: int) -> str:
    """Everybody but the owner bears the role, and the log names each of them once."""
    seats = Membership.objects.filter(conversation=ids["space"])
    bearers, total = seats.filter(custom_role=ids["host"]).count(), seats.count()
    named: Counter[int] = Counter()
    for before in AuditRecord.objects.filter(action="member.roles_changed").values_list("before", flat=True):
        for users in before["users"].values():
            named.update(users)
    refused = list(JobRefusal.objects.filter(job=job).values_list("row", flat=True))
    right = (
        job.state == Job.State.DONE
        and (bearers, len(named), refused) == (total - 1, total - 1, [owner])
        and max(named.values()) == 1
    )
    return f"{'yes' if right else 'NO'}: {bearers:,} of {total:,} bear it, {len(named):,} named once, {len(refused)} refused"


def _worker(folder: Path) -> subprocess.Popen[bytes]:
    command = [*(sys.executable, "-m", "celery", "-A", "imsite.celery", "worker", "-B", "-Q", "later", "-c", "1")]
    command += ["-l", "warning", "-s", str(folder / uuid.uuid4().hex), "--without-gossip", "--without-mingle"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)


def _costs(ids: dict[str, int], people: list[int], owner: int) -> Rows:
    """Queries, rows and time of one send: a group of ten, the space's channel, its lobby."""
    ten = company.group(list(User.objects.filter(pk__in=[owner, *people[:9]])), "Ten")
    found = []
    for name, conversation in (
        ("a group of 10", ten.pk),
        ("a channel of the space", ids["general"]),
        ("its lobby", ids["space"]),
    ):
        times, before = [], Entry.objects.count()
        for _ in range(200):
            with CaptureQueriesContext(connection) as queries:
                times.append(clocked(partial(_say, owner, conversation)))
        written = (Entry.objects.count() - before) / 200
        found.append(timed(f"a message in {name}", times, rows=written, also=f"{len(queries)} queries"))
    return found


def _say(user: int, conversation: int) -> None:
    messages.send(
        actor=Actor(user=user), conversation=conversation, client_key=uuid.uuid4().hex, body={"text": "hello " * 10}
    )


def _noticed(ids: dict[str, int], seconds: int = 15, rate: int = 50) -> dict[str, Any]:
    """What one client, among 1,000 subscribers, hears of a channel with ``rate`` messages a second that it only lists."""
    crowd = company.hire(1_000, "subscriber")
    Membership.objects.bulk_create([Membership(conversation_id=ids["space"], user=user) for user in crowd])
    for user in crowd:
        subscriptions.subscribe(actor=Actor(user=user.pk), channel=ids["general"])
    people = company.with_tokens(crowd[:6])
    with running("uvicorn", worker=False) as cluster:
        heard = asyncio.run(_listen(cluster.sockets[0], people, ids["general"], seconds, rate))
    hints, full, fastest = heard
    gap = f"{fastest:.2f} s between two"
    return row("notices of a channel in the list", count=hints, seconds=seconds, rows=full, also=f"{rate} msg/s; {gap}")


async def _listen(
    url: str, people: list[company.Person], channel: int, seconds: int, rate: int
) -> tuple[int, int, float]:
    watching, *speaking = [await Watcher.connect(url, each.token) for each in people]
    began = time.monotonic()
    for number in range(seconds * rate):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        speaking[number % len(speaking)].say(channel, "hello")
    await asyncio.sleep(2)
    hints = watching.hints[channel]
    for each in (watching, *speaking):
        with contextlib.suppress(OSError):
            each.close()
    gaps = [later - earlier for earlier, later in itertools.pairwise(hints)]
    return len(hints), watching.full[channel], min(gaps, default=0.0)
