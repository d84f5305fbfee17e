"""The short form of ``make chaos``, and the proof that it would tell: gateways with planted bugs are each found out."""

import asyncio
import os
from collections import Counter

import pytest
from parley_sdk.link import outbox, rpc

from deploy.cluster.layout import Layout
from protocol.codec import JSON, MSGPACK
from protocol.frames import MessageSend
from tests.faults import report
from tests.faults.chaos import Result, Run, Size
from tests.faults.checker import Finding
from tests.faults.network import NAMES, FrameProxy, Rule, name_of
from tests.faults.schedule import DEAF, NETWORK, PACKETS, PROCESSES, plan
from tests.services import Keeper, machine

with_servers = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="starts servers of its own; once is enough"),
]


@pytest.fixture(scope="module")
def layout():
    with Keeper() as keeper:
        try:
            made = Layout(keeper, gateways=2, env={"PARLEY_LOG_LEVEL": "WARNING"})
        except machine.Missing as problem:
            pytest.skip(str(problem))
        made.manage("migrate", "--verbosity", "0")
        made.start_all()
        yield made


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A run makes the kit impatient; other tests get it back as it was."""
    for module, name in ((outbox, "ANSWER_SECONDS"), (outbox, "ATTEMPTS"), (rpc, "ANSWER_SECONDS")):
        monkeypatch.setattr(module, name, getattr(module, name))


class TestBrokenOnPurpose:
    pytestmark = with_servers

    def test_no_promise_is_broken(self, layout):
        result = asyncio.run(Run(layout, Size(sends=300, rate=40, steps=3, seed=29, groups=4)).go())
        assert result.findings == []
        assert result.said == {"sent": 300}
        assert result.shown > 300
        assert sum(result.packets.values()) > 0
        assert {"kill gateway", "kill postgres"} <= set(result.troubles)

    @pytest.mark.parametrize(
        ("bug", "kinds"),
        [
            ("ack_before_commit", {"lost", "misplaced"}),
            ("skipped_seq", {"skipped"}),
            ("doubled_delivery", {"doubled"}),
        ],
    )
    def test_a_planted_bug_is_reported(self, layout, bug, kinds):
        layout.env["PLANTED_BUG"], layout.gateway_program = bug, ("-m", "tests.faults.planted")
        for name in ("gateway1", "gateway2"):
            layout.stop(name)
            layout.start(name)
        for name in ("gateway1", "gateway2"):
            layout.wait(name)
        size = Size(sends=60, rate=30, steps=0, people=6, devices=6, groups=2, members=3, patience=8)
        found = {finding.kind for finding in asyncio.run(Run(layout, size).go()).findings}
        assert found & kinds, found


def test_a_seed_is_a_plan():
    assert plan(3, 40, deaf=True) == plan(3, 40, deaf=True)
    assert plan(3, 40, deaf=True) != plan(4, 40, deaf=True)
    every = plan(3, 40, deaf=True)
    assert {step.network for step in every} == set(NETWORK) | set(DEAF)
    assert {step.process for step in every} == {*PROCESSES, ""}
    assert not {step.network for step in plan(3, 40, deaf=False)} & set(DEAF)


def test_the_six_packets_have_names_that_travel():
    """A rule for a type that no longer exists would break nothing, silently."""
    for rule in PACKETS.values():
        assert rule.frames <= set(NAMES[rule.way].values())


def test_frames_are_known_by_their_type_in_both_codecs():
    frame = MessageSend(id=1, conversation=7, client_key="the-key-1", body={"text": "hi"})
    assert name_of("up", MSGPACK.encode(frame)) == "message.send"
    assert name_of("up", JSON.encode(frame).decode()) == "message.send"
    assert name_of("up", b"\xff\xff") == ""


class Peer:
    """One end of a line: what it is given to read, and what reached it."""

    def __init__(self, *given):
        self.given, self.got = given, []

    async def __aiter__(self):
        for each in self.given:
            yield each

    async def send(self, data):
        self.got.append(data)


def text(number, name="message.send"):
    return f'{{"type":"{name}","id":{number}}}'


async def carried(*rules, sent=None):
    sent = sent or [text(number) for number in range(6)]
    proxy, source, target = FrameProxy("ws://nowhere"), Peer(*sent), Peer()
    proxy.rules = rules
    await proxy._carry(source, target)
    await asyncio.gather(*proxy._late)
    return sent, target.got


async def test_without_rules_everything_passes():
    sent, got = await carried()
    assert got == sent


async def test_a_rule_concerns_its_frames_and_its_direction_only():
    sent = [text(0, "hello"), text(1), text(2, "sync.ack"), text(3)]
    _, got = await carried(Rule("down", frozenset({"message.send"}), drop=1), sent=sent)
    assert got == [sent[0], sent[2]]
    _, got = await carried(Rule("up", frozenset({"message.send"}), drop=1), sent=sent)
    assert got == sent


async def test_what_is_dropped_doubled_swapped_and_cut():
    sent, got = await carried(Rule(drop=1))
    assert got == sent[:1]
    sent, got = await carried(Rule(double=1))
    assert got == [sent[0], *(each for each in sent[1:] for _ in range(2))]
    sent, got = await carried(Rule(swap=1))
    assert got == [sent[0], sent[2], sent[1], sent[4], sent[3], sent[5]]
    sent, got = await carried(Rule(cut=1))
    assert got == sent[:1]
    sent, got = await carried(Rule(delay=0.05))
    assert sorted(got) == sorted(sent)


async def test_a_slow_line_takes_its_time():
    loop = asyncio.get_running_loop()
    began = loop.time()
    sent, got = await carried(Rule(bytes_per_second=1_000))
    assert got == sent
    assert loop.time() - began >= sum(map(len, sent[1:])) / 1_000


def test_the_report_says_what_was_broken(tmp_path):
    result = Result([Finding("lost", "somewhere")], Counter(sent=2), 5, 3.0, 1.0)
    facts = report.facts(result, Size(sends=2, rate=1, steps=1), gateways=4, machine={"cpu": "one"})
    page = report.page(facts)
    assert "| lost | 1 |" in page
    assert "lost: somewhere" in page
    (tmp_path / "measured").mkdir()
    assert all(path.exists() for path in report.keep(facts, page, tmp_path))
