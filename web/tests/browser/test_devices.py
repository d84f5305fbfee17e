"""Random operations over three devices of one person end with the same counts, badges, drafts and preferences everywhere.

400 operations here, half a minute; ``PARLEY_OPERATIONS=10000`` for the long form and ``PARLEY_SEED`` for the same ones again.
"""

import os
import random
import time

import pytest

from web.tests.browser.company import PASSWORD
from web.tests.browser.devices import Device

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(5400),
]

OPERATIONS = int(os.environ.get("PARLEY_OPERATIONS", "400"))
SEED = int(os.environ.get("PARLEY_SEED", "0")) or random.randrange(1, 10**9)
#: What somebody does on their devices, by how often; and what the other one does, who is heard on all of them.
OWN = {"send": 12, "reply": 6, "recall": 5, "read": 24, "unread": 5, "mute": 6, "star": 4, "draft": 12, "save": 5, "pin": 3,
       "setting": 2, "leave": 1}  # fmt: skip
OTHERS = {"send": 40, "reply": 8, "recall": 10, "pin": 2, "rejoin": 12}
#: Steps between two looks at the network: then one device loses it or gets it back.
ROUND = 20

TALK = """
from accounts.actor import Actor
from accounts.models import User
from chat.services import conversations
ids = dict(User.objects.values_list("username", "pk"))
bob = Actor(user=ids["bob"])
for at in range(6):
    conversations.create_group(actor=bob, title=f"Devices {at}", members=[ids["alice"], ids["charlie"]])
"""


def steps(chance: random.Random, weights: dict[str, int], count: int) -> list[tuple[str, float, float]]:
    kinds = chance.choices(list(weights), list(weights.values()), k=count)
    return [(each, chance.random(), chance.random()) for each in kinds]


@pytest.fixture
def device(chromium, company):
    contexts = []

    def make(username):
        context = chromium.new_context()
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{company.site.url}/signin/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        with page.expect_navigation():
            page.press("#password", "Enter")
        page.close()
        return Device(context, company.site.url)

    yield make
    for each in contexts:
        each.close()


def until(what, seconds: float, doing) -> None:
    end = time.monotonic() + seconds
    while not doing():
        assert time.monotonic() < end, what()
        time.sleep(0.1)


def test_three_devices_agree_after_random_operations(device, company):
    print(f"seed {SEED}, {OPERATIONS} operations")
    chance = random.Random(SEED)
    company.site.ask(TALK)
    mine = [device("alice") for _ in range(3)]
    bob = device("bob")
    everybody = [*mine, bob]
    until(lambda: [each.state() for each in everybody], 60, lambda: all(each.quiet() for each in everybody))
    taken = cut = 0
    offline: set[int] = set()
    while taken < OPERATIONS:
        began = [each.start(steps(chance, OWN, ROUND), company.ids["bob"]) for each in mine]
        began.append(bob.start(steps(chance, OTHERS, ROUND), company.ids["alice"]))
        taken += sum(Device.finish(each) for each in began)
        which = chance.randrange(8)
        if which < 3:
            offline ^= {which}
            cut += which in offline
            mine[which].context.set_offline(which in offline)
    for which in offline:
        mine[which].context.set_offline(False)
    until(lambda: [each.state() for each in everybody], 120, lambda: all(each.quiet() for each in everybody))
    fresh = device("alice")
    until(fresh.state, 60, fresh.quiet)
    told = f"seed {SEED}, {taken} operations, {cut} times without network"

    def equal() -> bool:
        digests = [each.digest() for each in (*mine, fresh)]
        return all(each == digests[0] for each in digests)

    until(lambda: f"{told}: {differences([*mine, fresh])}", 60, equal)
    truth = fresh.digest()
    assert truth["unread"] == sum(row["unread"] for row in truth["rows"]), told
    assert len(truth["rows"]) >= 2, told
    print(told, [each.state()["refused"] for each in everybody])


def differences(devices: list[Device]) -> str:
    """Where the digests differ; the last device has just been made, so it holds what the server says."""
    digests = [each.digest() for each in devices]
    found = []
    for name in digests[-1]:
        values = [digest[name] for digest in digests]
        if name == "rows":
            rows = [{row["conversation"]: row for row in value} for value in values]
            for conversation in sorted(set().union(*rows)):
                each = [row.get(conversation) for row in rows]
                if any(row != each[-1] for row in each):
                    found.append(f"{conversation}: {each}")
        elif any(value != values[-1] for value in values):
            found.append(f"{name}: {values}")
    return "\n".join(found)
