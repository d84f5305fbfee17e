"""Pushes on their way while worker, beat, broker and database are killed: who was reached, how often, what the ledger says.

The provider is the operator's gateway, a real server here, which knows a second attempt by its ``webhook-id``. Counted from
what it was asked, against the table.
"""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from tests.services import Keeper, Postgres, Redis
from tests.services.rabbitmq import RabbitMQ

ROOT = Path(__file__).resolve().parent.parent.parent
#: One process for all queues and the clock: what a test starts. The long form has one for each, as deploy/README.md says.
TOGETHER = {"worker": ("worker", "-B", "--concurrency", "2", "--without-gossip", "--without-mingle")}
APART = {
    **{
        queue: (
            "worker",
            "-Q",
            queue,
            "-n",
            f"{queue}@here",
            "--concurrency",
            "1",
            "--without-gossip",
            "--without-mingle",
        )
        for queue in ("reactions", "push", "later")
    },
    "beat": ("beat", "--pidfile="),
}
_OWED = """
from accounts.actor import Actor
from accounts.models import Device, PushSubscription, User
from chat.models import Conversation, Entry, Membership
from chat.services import conversations, messages
from push.services import spreading
users = User.objects.bulk_create(User(username=f"p{at}", name=f"P {at}", password="!") for at in range(PEOPLE + 1))
devices = Device.objects.bulk_create(Device(user=each, platform="mobile", name="phone") for each in users[1:])
PushSubscription.objects.bulk_create(
    PushSubscription(device=each, provider="gateway", endpoint=f"gateway:token-{at:06d}") for at, each in enumerate(devices))
speaker = Actor(user=users[0].pk, name="Speaker")
group = conversations.create_group(actor=speaker, title="All", members=[]).pk
Membership.objects.bulk_create(Membership(conversation_id=group, user=each) for each in users[1:])
Conversation.objects.filter(pk=group).update(member_count=len(users))
said = messages.send(actor=speaker, conversation=group, client_key="the-message", body={"text": "to all"})
spreading.announce([Entry.objects.get(conversation=group, seq=said.seq)])
"""
#: As if minutes had passed: claims of the dead have ended, and what was handed to them may be handed out again.
_LATER = "UPDATE push_pushdelivery SET handed_at = NULL, next_at = now() - interval '1 second' WHERE state = 'waiting'"


class Gateway:
    """Takes notices and counts them by token and ``webhook-id``. ``pause``: seconds before each answer."""

    def __init__(self) -> None:
        self.taken: Counter[tuple[str, str]] = Counter()
        self.reached: set[str] = set()
        #: Token → conversation, seq and time of each notice.
        self.notices: dict[str, list[tuple[int, int, float]]] = {}
        self.pause = 0.0
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=512))
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/sms"
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def has_reached(self, people: float) -> bool:
        """Whether more than so many."""
        return len(self.reached) > people

    def stop(self) -> None:
        """End it."""
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _end(self) -> None:
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.splitlines()[1:] if line)
                body = await reader.readexactly(int(headers["content-length"]))
                await asyncio.sleep(self.pause)
                asked = json.loads(body)
                token, notice = asked["token"], asked["notice"]
                self.notices.setdefault(token, []).append((notice["conversation"], notice["seq"], time.time()))
                self.taken[token, headers["webhook-id"]] += 1
                self.reached.add(token)
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
        writer.close()


@dataclass(slots=True)
class Jobs:
    """Workers and beat over one database and broker; ``parts``: name → words of the Celery command. ``ended``: parts that
    ended by themselves and were started again, as deploy/systemd does: a worker whose broker dies while it holds tasks does.
    """

    keeper: Keeper
    folder: Path
    database: str
    redis: Redis
    gateway: Gateway
    parts: Mapping[str, Sequence[str]] = field(default_factory=lambda: TOGETHER)
    #: Instead of Redis as the broker.
    rabbit: RabbitMQ | None = None
    running: dict[str, subprocess.Popen[Any]] = field(default_factory=dict)
    ended: int = 0

    def environment(self) -> dict[str, str]:
        """Theirs."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
        return inherited | {
            "DATABASE_URL": self.database,
            "REDIS_URL": self.redis.url(),
            "PARLEY_VAR": str(self.folder),
            "PARLEY_SECRET_KEY": "for-tests-only-" + "x" * 50,
            "PARLEY_HOSTS": "localhost",
            "PARLEY_SECURE": "0",
            "PARLEY_PUSH_GATEWAY": self.gateway.url,
            "PARLEY_PUSH_GATEWAY_SECRET": "a secret of the test",
            "DJANGO_SETTINGS_MODULE": "imsite.settings",
            **({"PARLEY_BROKER": self.rabbit.url()} if self.rabbit else {}),
        }

    def manage(self, *words: str) -> None:
        """One ``manage.py`` command."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2_000:]

    def owe(self, people: int) -> None:
        """A message to a group of ``people``, all away, each with a phone."""
        self.manage("shell", "--no-imports", "-c", f"PEOPLE = {people}\n{_OWED}")

    def start(self) -> None:
        """All parts."""
        for name in self.parts:
            self._start(name)

    def _start(self, name: str) -> None:
        words = self.parts[name]
        schedule = ("-s", str(self.folder / "beat")) if "-B" in words or words[0] == "beat" else ()
        command = [sys.executable, "-m", "celery", "-A", "imsite", *words, *schedule]
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = self.keeper.start(command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log)

    def supervise(self) -> None:
        """Start again what ended."""
        for name, process in list(self.running.items()):
            if process.poll() is not None:
                self.keeper.stop(process)
                self.ended += 1
                self._start(name)

    def kill(self) -> None:
        """Kill -9, all of them and their children."""
        for each in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(each.pid, signal.SIGKILL)
            self.keeper.stop(each)
        self.running.clear()

    def ledger(self) -> dict[str, int]:
        """State → deliveries; ``spreading``: chunks of messages that are left to spread."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            states = connection.execute("SELECT state, count(*) FROM push_pushdelivery GROUP BY 1").fetchall()
            left = connection.execute("SELECT count(*) FROM push_spreading").fetchall()
        return {**dict(states), **({"spreading": left[0][0]} if left[0][0] else {})}

    def hasten(self) -> None:
        """Let the minutes pass that a claim of the dead lasts."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            connection.execute(_LATER)


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it. ``again``: requests that repeated an earlier one under its mark; ``twins``: people with two marks."""

    people: int
    ledger: dict[str, int]
    reached: int
    asked: int
    again: int
    twins: int
    ended: int
    seconds: float
    caught_up_after: float
    troubles: list[str]

    def holds(self) -> bool:
        """Whether the ledger is complete and nobody was told twice but under one mark."""
        return self.ledger == {"sent": self.people} and self.reached == self.people and not self.twins


#: Share of the people that were reached → what is killed then.
PLAN = (
    (0.05, "worker and beat"),
    (0.2, "broker"),
    (0.35, "database"),
    (0.5, "worker and beat, broker"),
    (0.65, "worker and beat, broker, database"),
    (0.8, "worker and beat"),
)


def go(
    jobs: Jobs,
    people: int,
    plan: Sequence[tuple[float, str]],
    *,
    postgres: Postgres | None = None,
    patience: float = 900.0,
    hasten: bool = False,
) -> Found:
    """Owe ``people`` a push each, hurt what ``plan`` says, and wait until the ledger is complete."""
    gateway, began, troubles = jobs.gateway, time.monotonic(), []
    jobs.start()
    for share, what in plan:
        until(partial(gateway.has_reached, share * people), patience, jobs.supervise)
        hurt(jobs, what, postgres, hasten=hasten)
        troubles.append(f"{what}, with {len(gateway.reached):,} reached")
    last = time.monotonic()
    with contextlib.suppress(TimeoutError):
        until(lambda: jobs.ledger() == {"sent": people}, patience, jobs.supervise)
    caught_up = time.monotonic() - last
    marks = Counter(token for token, _ in gateway.taken)
    asked = sum(gateway.taken.values())
    return Found(
        people=people,
        ledger=jobs.ledger(),
        reached=len(gateway.reached),
        asked=asked,
        again=asked - len(gateway.taken),
        twins=sum(1 for count in marks.values() if count > 1),
        ended=jobs.ended,
        seconds=round(time.monotonic() - began, 1),
        caught_up_after=round(caught_up, 1),
        troubles=troubles,
    )


def hurt(jobs: Jobs, what: str, postgres: Postgres | None, *, hasten: bool) -> None:
    """Kill -9 what is named, all at once, and start it again; the broker comes back empty."""
    broker = jobs.rabbit or jobs.redis
    if "worker" in what:
        jobs.kill()
    if "broker" in what:
        broker.kill()
    if "database" in what and postgres is not None:
        postgres.kill()
        postgres.again()
    if "broker" in what:
        broker.again()
    if hasten:
        jobs.hasten()
    if "worker" in what:
        jobs.start()


def until(holds: Callable[[], Any], seconds: float, meanwhile: Callable[[], None]) -> None:
    """Raises TimeoutError when it does not come about."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("it did not come about")
        meanwhile()
        time.sleep(0.2)
