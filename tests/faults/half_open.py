"""Half-open sockets and dropped live frames: how long after its commit a message is with its person, and by which way.

Every wave makes a tenth of the sockets deaf: they swallow everything, in both directions, and never end. All the time a
share of live frames is dropped. People have a phone behind the operator's gateway: it is pushed to when no device acknowledges.
"""

import re
import time
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from tests.faults.chaos import Result, Run
from tests.faults.network import Rule
from tests.faults.pushes import Gateway
from tests.faults.schedule import Step

DEAF, DROPPED = 0.1, 0.03
_LOST = Rule("down", frozenset({"events"}), drop=DROPPED)
#: Seconds of which it is told how many messages took no longer.
BOUNDS = (1, 5, 20, 60)
#: A phone for everybody, whose token is the person.
PHONES = """
from accounts.models import Device, PushSubscription, User
for user in User.objects.filter(kind="human"):
    phone = Device.objects.create(user=user, platform="mobile", name="phone")
    PushSubscription.objects.create(device=phone, provider="gateway", endpoint=f"gateway:{user.pk}")
"""
_ACKED = re.compile(r'parley_ack_seconds_(bucket|count)\{(?:le="([^"]+)",)?path="(\w+)"\} (\S+)')


class HalfOpen(Run):
    """The run of ``chaos``, with these two troubles alone."""

    def steps(self) -> list[Step]:
        """A wave in each."""
        name = f"{DEAF:.0%} of the sockets half-open, {DROPPED:.0%} of live frames lost"
        return [Step(name, (_LOST, Rule(deaf=DEAF))) for _ in range(self.size.steps)]

    def lags(self, gateway: Gateway) -> list[tuple[float, float]]:
        """Of each message and device: seconds from its commit until it was shown, and until shown or its person pushed to."""
        found = []
        for device in self.devices:
            told = gateway.notices.get(str(device.person), [])
            for (conversation, seq), (at, shown) in device.shown.items():
                # A newer notice of the conversation takes the place of an older one.
                pushed = [
                    when for place, newest, when in told if place == conversation and newest >= seq and when >= at
                ]
                found.append((max(0.0, shown - at), max(0.0, min([shown, *pushed]) - at)))
        return found

    def acks(self) -> dict[str, dict[str, float]]:
        """Path → how many acks, and up to how many seconds (``le``) how many: the gateways' own ``parley_ack_seconds``."""
        pages = []
        for name in self.gateways:
            with urllib.request.urlopen(self.layout.url(name) + "/metrics", timeout=10) as page:
                pages.append(page.read().decode())
        return added(pages)


def added(pages: Iterable[str]) -> dict[str, dict[str, float]]:
    """Several gateways' numbers as one: path → ``le`` or "count" → acks."""
    found: dict[str, dict[str, float]] = {}
    for page in pages:
        for what, bound, path, value in _ACKED.findall(page):
            row, key = found.setdefault(path, {}), bound if what == "bucket" else "count"
            row[key] = row.get(key, 0.0) + float(value)
    return found


def quantiles(values: Iterable[float]) -> dict[str, float]:
    """p50, p99 and the greatest, in seconds."""
    ordered = sorted(values) or [0.0]
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 2),
        "max": round(ordered[-1], 2),
    }


def facts(run: HalfOpen, result: Result, gateway: Gateway, machine: Mapping[str, str], load: float) -> dict[str, Any]:
    """Everything about a run that can be written down."""
    lags, counts = run.lags(gateway), dict.fromkeys(("deaf", "drop"), 0)
    for (what, _, _), count in result.packets.items():
        counts[what] = counts.get(what, 0) + count
    return {
        "at": time.strftime("%Y-%m-%d"),
        "machine": dict(machine),
        "load": round(load, 1),
        "devices": run.size.devices,
        "people": run.size.people,
        "waves": run.size.steps,
        "sends": run.size.sends,
        "rate": run.size.rate,
        "deaf": counts["deaf"],
        "dropped": counts["drop"],
        "deliveries": len(lags),
        "shown": quantiles(shown for shown, _ in lags),
        "shown or pushed": quantiles(held for _, held in lags),
        "late": {str(bound): sum(1 for _, held in lags if held > bound) for bound in BOUNDS},
        "pushes": sum(map(len, gateway.notices.values())),
        "acks": run.acks(),
        "findings": len(result.findings),
        "first_findings": [f"{each.kind}: {each.where}" for each in result.findings[:10]],
    }


def page(told: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    total = told["deliveries"] or 1
    lines = [
        "# Half-open sockets and dropped frames",
        "",
        f'Written by `make chaos CHAOS="--half-open {told["waves"]} --keep"` on {told["at"]}: {told["people"]} people with'
        f" {told['devices']} devices behind proxies, {told['sends']:,} messages at {told['rate']:.0f} a second.",
        f"In {told['waves']} wave(s) a tenth of the sockets became deaf ({told['deaf']} in all): they swallow everything in"
        f" both directions and never end. Meanwhile 3 % of live frames were dropped ({told['dropped']:,}).",
        "",
        "| from a message's commit | p50 | p99 | max |",
        "|---|---|---|---|",
        *(
            f"| until {what} | {told[key]['p50']:.2f} s | {told[key]['p99']:.2f} s | {told[key]['max']:.1f} s |"
            for what, key in (
                ("a device showed it", "shown"),
                ("it was shown, or its person pushed to", "shown or pushed"),
            )
        ),
        "| the bar | | 5 s | 60 s |",
        "",
        f"{told['deliveries']:,} messages on devices, {told['pushes']:,} pushes; promises broken: {told['findings']}.",
        "",
        "| took longer than | messages on devices | share |",
        "|---|---|---|",
        *(f"| {bound} s | {count:,} | {count / total:.2%} |" for bound, count in told["late"].items()),
        "",
        "What the gateways counted, by the way on which a device came by it (`parley_ack_seconds`):",
        "",
        "| path | acks | within 1 s | within 5 s | within 60 s |",
        "|---|---|---|---|---|",
        *(
            f"| {path} | " + " | ".join(f"{row.get(bound, 0):,.0f}" for bound in ("count", "1.0", "5.0", "60.0")) + " |"
            for path, row in sorted(told["acks"].items())
        ),
        "",
        *(f"* {each}" for each in told["first_findings"]),
        "On: " + "; ".join(f"{name} {value}" for name, value in told["machine"].items()) + f"; load {told['load']}.",
    ]
    return "\n".join(lines) + "\n"
