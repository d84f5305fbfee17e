"""What is measured: each function runs one scenario and returns its rows. Targets are those of docs/performance.md."""

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from benchmarks import admin, api, company, databases, push, receipts, space
from benchmarks.cluster import ROOT, Cluster, running
from chat.models import Conversation, Entry
from chat.services import messages

Rows = list[dict[str, Any]]
#: A rate is carried when all arrived live, once and in order, with this p99 at most (performance.md, first row).
P99_MS = 250


def drive(cluster: Cluster, members: list[dict[str, Any]], **job: Any) -> dict[str, Any]:
    """Run the load generator in its own process against the cluster and add what the cluster spent."""
    ports = cluster.ports
    urls = [f"ws://127.0.0.1:{port}/" for port in ports] if job.get("design") == "stock" else cluster.sockets
    before, began = cluster.cpu_seconds(), time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=json.dumps({"urls": urls, "members": members, **job}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout)
    result["server_cores"] = round((cluster.cpu_seconds() - before) / (time.monotonic() - began), 2)
    return result


def verify(conversation: int, result: dict[str, Any], before: int) -> dict[str, Any]:
    """Hold the acks against the table: stored once each, gapless."""
    rows = Entry.objects.filter(conversation=conversation, seq__gt=before)
    seqs = list(rows.order_by("seq").values_list("seq", flat=True))
    gapless = seqs == list(range(before + 1, before + 1 + len(seqs)))
    return {"stored": len(seqs), "gapless": gapless and len(seqs) >= result["accepted"]}


def fanout(
    server: str, *, design: str = "parley", size: int = 300, rates: tuple[int, ...] = (), seconds: int = 10
) -> Rows:
    """One group, every member online, rising rates until one is not carried."""
    people = company.with_tokens(company.hire(size, "fan"))
    rows: Rows = []
    application = "benchmarks.stock:application" if design == "stock" else "imsite.asgi:application"
    ready = "/admin/login/" if design == "stock" else "/livez"
    for rate in rates:
        made = company.group([*company.hire(size, "fan")], f"fan-out {design} {rate}")
        with running(server, application=application, ready=ready, worker=design != "stock") as cluster:
            members = [company.member(person, [made.pk]) for person in people]
            result = drive(cluster, members, design=design, rate=rate, seconds=seconds, senders=60)
        checked = verify(made.pk, result, 0)
        carried = not result["live_missing"] and not result["errors"] and result["p99_ms"] < P99_MS
        carried = carried and result["accepted"] == result["sent"] and checked["gapless"]
        rows.append(
            {
                "design": design,
                "server": server,
                "members": size,
                "msg/s": rate,
                "deliveries/s": rate * size,
                "carried": "yes" if carried else "no",
                "missing live": result["live_missing"],
                "lost": result["lost"],
                "doubled": result["doubled"],
                "p50 ms": result["p50_ms"],
                "p99 ms": result["p99_ms"],
                "ack p99 ms": result["ack_p99_ms"],
                "stored": checked["stored"],
                "gapless": checked["gapless"],
                "events/frame": round(result["deliveries"] / max(1, result["frames"]), 1),
                "server cores": result["server_cores"],
                "errors": json.dumps(result["errors"] or result["closed"] or ""),
            }
        )
        print(
            "  ", {key: rows[-1][key] for key in ("design", "msg/s", "carried", "p99 ms", "missing live")}, flush=True
        )
        if not carried:
            break
    return rows


def conversations(
    server: str, *, rates: tuple[int, ...] = (500, 1_000, 1_500), count: int = 1_000, seconds: int = 10
) -> Rows:
    """Acked sends over many conversations of two, both online."""
    people = company.with_tokens(company.hire(200, "conv"))
    users = company.hire(200, "conv")
    pairs: dict[int, list[int]] = {person.id: [] for person in people}
    for index in range(count):
        first, second = users[index % 200], users[(index * 7 + 1 + index // 200) % 200]
        if first.pk == second.pk:
            second = users[(index + 3) % 200]
        made = company.group([first, second], f"pair {index}")
        pairs[first.pk].append(made.pk)
        pairs[second.pk].append(made.pk)
    rows: Rows = []
    for rate in rates:
        heads = dict(Conversation.objects.filter(title__startswith="pair ").values_list("pk", "last_seq"))
        with running(server) as cluster:
            members = [company.member(person, pairs[person.id]) for person in people]
            result = drive(cluster, members, rate=rate, seconds=seconds, senders=200, heads=heads)
        rows.append(
            {
                "server": server,
                "conversations": count,
                "msg/s": rate,
                "accepted": result["accepted"],
                "of": result["sent"],
                "ack p50 ms": result["ack_p50_ms"],
                "ack p99 ms": result["ack_p99_ms"],
                "delivery p99 ms": result["p99_ms"],
                "missing live": result["live_missing"],
                "lost": result["lost"],
                "doubled": result["doubled"],
                "server cores": result["server_cores"],
                "errors": json.dumps(result["errors"] or result["closed"] or ""),
            }
        )
        print("  ", rows[-1], flush=True)
    return rows


def lone(server: str, *, rate: int = 10, seconds: int = 30) -> Rows:
    """A lone message on an idle server: from send to the other person's socket."""
    people = company.with_tokens(company.hire(2, "lone"))
    made = company.group(company.hire(2, "lone"), "lone")
    with running(server) as cluster:
        members = [company.member(person, [made.pk]) for person in people]
        result = drive(cluster, members, rate=rate, seconds=seconds, senders=1)
    row = {"server": server, "messages": result["accepted"], "p50 ms": result["p50_ms"], "p99 ms": result["p99_ms"]}
    return [{**row, "ack p50 ms": result["ack_p50_ms"], "ack p99 ms": result["ack_p99_ms"], "lost": result["lost"]}]


def group_size(server: str, *, sizes: tuple[int, ...] = (10, 100, 1_000, 10_000, 100_000)) -> Rows:
    """The cost of one send as the group grows with five people online: queries, rows, milliseconds."""
    crowd = company.hire(max(sizes), "size")
    online = company.with_tokens(crowd[:5])
    rows: Rows = []
    for size in sizes:
        made = company.group(crowd[:size], f"size {size}")
        actor = Actor(user=crowd[0].pk)
        timings = []
        for index in range(200):
            draft = messages.draft_send(
                actor=actor,
                conversation=made.pk,
                client_key=f"size-{index:08d}",
                kind="text",
                body={"text": "hello " * 10},
            )
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as queries:
                outcome = messages.commit([draft])[0]
            timings.append((time.perf_counter() - began) * 1000)
            if outcome.error is not None:
                raise outcome.error
        with running(server) as cluster:
            members = [company.member(person, [made.pk]) for person in online]
            result = drive(cluster, members, rate=20, seconds=10, senders=1, heads={made.pk: 200})
        rows.append(
            {
                "members": size,
                "queries per send": len(queries),
                "send ms (median of 200)": round(statistics.median(timings), 2),
                "ack p50 ms": result["ack_p50_ms"],
                "ack p99 ms": result["ack_p99_ms"],
            }
        )
        print("  ", rows[-1], flush=True)
    return rows


def _both(measure: Callable[[str], Rows]) -> Rows:
    servers = os.environ.get("PARLEY_BENCH_SERVERS", "daphne,uvicorn").split(",")
    return [row for server in servers for row in measure(server)]


def group_fanout() -> Rows:
    """The 300-member group on both servers, and the stock design in the same run, with the ratio."""
    ours = _both(lambda server: fanout(server, rates=(200, 400, 600, 800, 1_000)))
    stock = _both(lambda server: fanout(server, design="stock", rates=(1, 2, 4, 8, 15, 30, 60)))
    best = {
        name: max((row["msg/s"] for row in found if row["carried"] == "yes"), default=0)
        for name, found in (("parley", ours), ("stock", stock))
    }
    ratio = round(best["parley"] / best["stock"], 1) if best["stock"] else 0
    print(
        f"   most carried: Parley {best['parley']} msg/s, stock design {best['stock']} msg/s, ratio {ratio}", flush=True
    )
    return [*ours, *stock, {"design": "ratio", "msg/s": ratio}]


def sustained() -> Rows:
    """The "must" of the first row of performance.md: 400 msg/s into 300 members for 60 s."""
    return _both(lambda server: fanout(server, rates=(400,), seconds=60))


#: name on the command line → what it measures.
SCENARIOS: dict[str, Callable[[], Rows]] = {
    "group_fanout": group_fanout,
    "sustained": sustained,
    "conversations": lambda: _both(conversations),
    "lone": lambda: _both(lone),
    "group_size": lambda: group_size("daphne"),
    "api": lambda: _both(api.calls),
    "api_limits": lambda: _both(api.limits),
    "search": databases.search,
    "push": push.push,
    "space": space.space,
    "receipts": receipts.receipts,
    "admin": admin.admin,
}
