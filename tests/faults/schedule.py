"""What breaks when: steps from a seed, each kind of trouble once before any comes again. Pure; ``chaos`` carries them out."""

import random
from dataclasses import dataclass

from tests.faults.network import Rule

#: The six packets of a message, sender to receiver and back, by frame type: each is lost in turn (systems.md, row 1).
PACKETS = {
    "the request": Rule("up", frozenset({"message.send"}), drop=0.3),
    "the answer": Rule("down", frozenset({"message.accepted"}), drop=0.3),
    "the notification": Rule("down", frozenset({"events"}), drop=0.3),
    "the receiver's acknowledgement": Rule("up", frozenset({"sync.ack"}), drop=0.3),
    "the question for what is missing": Rule("up", frozenset({"timeline.sync"}), drop=0.3),
    "the page that fills the hole": Rule("down", frozenset({"timeline.entries", "timeline.page"}), drop=0.3),
}
NETWORK: dict[str, tuple[Rule, ...]] = {
    **{f"30 % of {name} lost": (rule,) for name, rule in PACKETS.items()},
    "30 % of every packet lost": (Rule(drop=0.3),),
    "30 % of every packet doubled": (Rule(double=0.3),),
    "every packet up to 500 ms late": (Rule(delay=0.5),),
    "20 % of packets overtaken by the next": (Rule(swap=0.2),),
    "20,000 bytes a second for each connection": (Rule(bytes_per_second=20_000),),
    "1 % of packets cut their connection": (Rule(cut=0.01),),
    "late, doubled and lost at once": (Rule(drop=0.1, double=0.1, delay=0.3),),
}
#: Needs its ends to find out, half a minute: only in the long form.
DEAF = {"10 % of connections half-open": (Rule(deaf=0.1),)}
PROCESSES = (
    "kill gateway",
    "freeze gateway",
    "stop gateway",
    "kill worker",
    "freeze worker",
    "kill redis",
    "kill postgres",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of time. ``process``: what happens to a process meanwhile (empty: nothing), and to which, by number."""

    network: str
    rules: tuple[Rule, ...]
    process: str = ""
    which: int = 0


def plan(seed: int, count: int, *, deaf: bool) -> list[Step]:
    """``count`` steps: the same for the same seed."""
    dice = random.Random(seed)
    networks = NETWORK | (DEAF if deaf else {})
    names: list[str] = []
    processes: list[str] = []
    steps = []
    for _ in range(count):
        names = names or dice.sample(sorted(networks), len(networks))
        # A process breaks in every other step: the network's own trouble is seen alone too.
        processes = processes or dice.sample([*PROCESSES, *[""] * len(PROCESSES)], 2 * len(PROCESSES))
        name = names.pop()
        steps.append(Step(name, networks[name], processes.pop(), dice.randrange(1_000)))
    return steps
