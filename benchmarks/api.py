"""The HTTP door: authenticated calls a second over two gateways, and how exact a limit is that both of them share.

Calls are what a program does: who am I, the inbox, a page of history, a message. Nobody is near a limit of his own in the
first part; in the second one app calls ten times as often as it may.
"""

import json
import os
import subprocess
import sys
import uuid
from typing import Any

from benchmarks import company
from benchmarks.cluster import ROOT, Cluster, running
from chat.services import messages

GATEWAYS = 2
CALLERS = 60
#: The bar: so many calls a second with this p99, and limits as exact as this.
RATE, P99_MS, EXACT = 400, 100, 0.05
OVERLOAD = 10
RATES = tuple(int(each) for each in os.environ.get("PARLEY_BENCH_RATES", "200,400,600,800").split(","))


def calls(server: str, *, rates: tuple[int, ...] = RATES, seconds: int = 15) -> list[dict[str, Any]]:
    """Rising rates of mixed calls by many people."""
    asked = _mixed()
    rows = []
    for rate in rates:
        with running(server, gateways=GATEWAYS, PARLEY_DB_POOL="1") as cluster:
            result, cores = _drive(cluster, calls=asked, rate=rate, seconds=seconds, warm=5)
        failed = {status: count for status, count in result["statuses"].items() if status not in ("200", "201")}
        carried = not failed and result["p99 ms"] < P99_MS
        rows.append(
            {
                "server": server,
                "gateways": GATEWAYS,
                "calls/s": rate,
                "answered": sum(result["statuses"].values()),
                "of": result["sent"],
                "carried": "yes" if carried else "no",
                **{name: result[name] for name in ("p50 ms", "p99 ms", "max ms")},
                "server cores": cores,
                "load": round(os.getloadavg()[0], 1),
                "failed": json.dumps(failed or ""),
            }
        )
        print("  ", rows[-1], flush=True)
        if result["p99 ms"] > P99_MS * 20:
            break
    return rows


def limits(server: str, *, seconds: int = 20) -> list[dict[str, Any]]:
    """One app at ten times its rate over all gateways: how many calls were let through beside how many should be."""
    from openplatform import conf

    rate = conf.get().app_rate
    token = _app_token()
    with running(server, gateways=GATEWAYS, PARLEY_DB_POOL="1") as cluster:
        job = {"calls": [["GET", "/api/v1/me", token]], "rate": rate * OVERLOAD, "seconds": seconds}
        result, cores = _drive(cluster, **job)
    passed, refused = (result["statuses"].get(status, 0) for status in ("200", "429"))
    span, steady = result["steady"]
    right = max(1.0, rate * span)
    told = result["told"]
    return [
        {
            "server": server,
            "gateways": GATEWAYS,
            "calls/s": rate * OVERLOAD,
            "limit/s": rate,
            "passed": passed,
            "refused": refused,
            "seconds of an empty bucket": round(span, 1),
            "passed in them": steady,
            "should": round(right),
            "off by": f"{(steady - right) / right:+.1%}",
            "exact": "yes" if abs(steady - right) <= EXACT * right else "no",
            "with Retry-After": told.get("retry-after with 429", 0),
            "with RateLimit": told.get("ratelimit-remaining with 200", 0) + told.get("ratelimit-remaining with 429", 0),
            "p99 ms": result["p99 ms"],
            "server cores": cores,
        }
    ]


def _mixed() -> list[list[Any]]:
    """Calls of many people in turn: a fifth of them messages, two fifths pages of history."""
    users = company.hire(CALLERS, "api")
    people = company.with_tokens(users)
    found: list[list[list[Any]]] = []
    for at, person in enumerate(people):
        made = company.group([users[at], users[(at + 1) % CALLERS]], f"api {uuid.uuid4().hex[:8]}")
        actor = company.actor(users[at])
        for number in range(30):
            key = f"api-{at}-{number}-{uuid.uuid4().hex[:8]}"
            messages.send(actor=actor, conversation=made.pk, client_key=key, body={"text": f"message {number}"})
        where = f"/api/v1/conversations/{made.pk}/messages"
        found.append(
            [
                ["GET", "/api/v1/me", person.token],
                ["GET", f"{where}?limit=30", person.token],
                ["POST", where, person.token, {"kind": "text", "body": {"text": "hello " * 10}}],
                ["GET", "/api/v1/conversations", person.token],
                ["GET", f"{where}?limit=30", person.token],
            ]
        )
    return [mine[turn] for turn in range(5) for mine in found]


def _app_token() -> str:
    """The bot's token of a new app that is installed."""
    from openplatform.services import apps, installations

    owner, admin = company.hire(2, "platform")
    if not admin.is_staff:
        admin.is_staff = True
        admin.save(update_fields=["is_staff"])
    mine, theirs = company.actor(owner), company.actor(admin)
    app = apps.create(actor=mine, name=f"Load {uuid.uuid4().hex[:6]}", scopes=["messages:read"])[0]
    apps.request_approval(actor=mine, app=app.pk)
    apps.approve(actor=theirs, app=app.pk)
    return installations.install(actor=mine, app=app.pk)[1]


def _drive(cluster: Cluster, **job: Any) -> tuple[dict[str, Any], float]:
    """Run the generator in its own process: its result, and the cores that the cluster took meanwhile."""
    before = cluster.cpu_seconds()
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.calling"],
        input=json.dumps({"ports": cluster.ports, **job}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=600,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout)
    spent = cluster.cpu_seconds() - before
    return result, round(spent / (result["seconds"] + job.get("warm", 0)), 2)
