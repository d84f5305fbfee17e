"""A group of 10,000 with 2,000 online and 50 messages a second: who has read what, and when, out of one position a member.

Some have the group open and mark what they read every second; all others hear a hint a second. In the end everybody who is
online marks the last message, and the table is held against what they said.
"""

import asyncio
import os
import statistics
import time
from collections import Counter
from typing import Any

from benchmarks import company
from benchmarks.cluster import running
from benchmarks.parts import row, timed
from benchmarks.watching import Watcher
from chat import selectors
from chat.models import Entry, Membership

Rows = list[dict[str, Any]]
MEMBERS = int(os.environ.get("PARLEY_BENCH_GROUP", "10000"))
ONLINE, OPENED, SENDERS = MEMBERS // 5, MEMBERS // 100, 20
RATE, SECONDS = 50, 20
#: Seconds in which the last wave of marks is sent.
WAVE = 10.0


def receipts() -> Rows:
    """One run."""
    crowd = company.hire(MEMBERS, "receipt")
    group = company.group(crowd, "Ten thousand").pk
    people = company.with_tokens(crowd[:ONLINE])
    with running("uvicorn", gateways=1) as cluster:
        watchers, live, wave = asyncio.run(_live(cluster.sockets, people, group))
    said = selectors.get_seat(people[0].id, group).conversation
    expected = {person.id: watcher.read.get(group, 0) for person, watcher in zip(people, watchers, strict=True)}
    for _ in range(40):  # the last marks are still being written
        stored = dict(
            Membership.objects.filter(conversation=group, read_number__gt=0).values_list("user", "read_number")
        )
        if stored == {user: number for user, number in expected.items() if number}:
            break
        time.sleep(0.5)
    refused = sum((watcher.errors for watcher in watchers), Counter())
    acked = [each for watcher in watchers for each in watcher.acked]
    delays = [each for watcher in watchers[:OPENED] for each in watcher.delays]
    hints = [len(watcher.hints[group]) / live for watcher in watchers[OPENED:]]
    rows = [
        row("messages", count=said.last_number, also=f"{RATE}/s for {SECONDS} s; refused: {dict(refused) or 'none'}"),
        timed("  ack", acked),
        timed(
            f"  heard live by the {OPENED} who have it open",
            delays,
            also=f"{len(delays):,} of {OPENED * said.last_number:,}",
        ),
        row(
            f"  hints a second, each of {len(hints):,} others",
            also=f"{max(hints):.2f} at most, {statistics.mean(hints):.2f} on average",
        ),
    ]
    rows.append(
        row("positions that are what was said", count=sum(stored.get(user) == at for user, at in expected.items()))
    )
    return [*rows, *_read(group, said.last_message_seq, expected, wave)]


def _read(group: int, seq: int, expected: dict[int, int], wave: tuple[float, float]) -> Rows:
    """The readers of the last message: all pages, and whether they are those who said so, when they did."""
    times: list[float] = []
    found: dict[int, float] = {}
    message = Entry.objects.get(conversation=group, seq=seq)
    cursor = ""
    while True:
        began = time.perf_counter()
        page = selectors.list_readers(next(iter(expected)), group, seq, cursor=cursor, limit=50)
        times.append((time.perf_counter() - began) * 1000)
        found |= {each.user: each.at / 1000 for each in page.people}
        cursor = page.next
        if not cursor:
            break
    number = message.number or 0
    right = set(found) == {user for user, at in expected.items() if at >= number} - {message.sender_id}
    on_time = sum(wave[0] - 1 <= at <= wave[1] + 10 for at in found.values())
    told = f"{'exactly who said so' if right else 'WRONG'}; {page.unread:,} not; {on_time:,} in the seconds of the last wave"
    return [row("who has read the last message", count=len(found), also=told), timed("  a page of 50 of them", times)]


async def _live(
    urls: list[str], people: list[company.Person], group: int
) -> tuple[list[Watcher], float, tuple[float, float]]:
    gate = asyncio.Semaphore(50)

    async def one(place: int, person: company.Person) -> Watcher:
        async with gate:
            made = await Watcher.connect(urls[place % len(urls)], person.token)
            if place < OPENED:
                made.open(group)
            return made

    watchers = await asyncio.gather(*(one(*each) for each in enumerate(people)))
    began = time.monotonic()
    marking = asyncio.create_task(_mark(watchers[:OPENED], group))
    for number in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, began + number / RATE - time.monotonic()))
        watchers[number % SENDERS].say_when(group)
    live = time.monotonic() - began
    for _ in range(60):  # until all heard of the last one
        await asyncio.sleep(0.5)
        if len({watcher.newest.get(group) for watcher in watchers}) == 1:
            break
    marking.cancel()
    first = time.time()
    for watcher in watchers:
        watcher.mark(group)
        await asyncio.sleep(WAVE / len(watchers))
    await asyncio.sleep(5)
    last = time.time()
    for watcher in watchers:
        watcher.close()
    return list(watchers), live, (first, last)


async def _mark(readers: list[Watcher], group: int) -> None:
    """Everybody once a second, spread over it."""
    while True:
        for reader in readers:
            reader.acknowledge()
            reader.mark(group)
            await asyncio.sleep(1 / len(readers))
