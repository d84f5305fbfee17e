"""All terms in one pass over a text, however many there are: Aho and Corasick's automaton (1975), over words. Pure.

A step is a word of a script that puts spaces between words, or one sign of any other: so a term is found whole or not at
all, and English takes a fifth of the steps. Most texts have no term: where one may begin is told
before the walk, by loops that do not run in the interpreter.
"""

from collections import deque
from collections.abc import Sequence
from itertools import accumulate, compress, count, pairwise
from typing import Any, NamedTuple

from chat.screening.folding import steps_of


class Hit(NamedTuple):
    """Where a term was found in the folded text, and which: its place among those that the automaton was made of."""

    start: int
    end: int
    term: int


class Automaton:
    """Folded terms, ready to be looked for."""

    def __init__(self, terms: Sequence[str]) -> None:
        #: Terms of one step; the first two steps of all others.
        self._alone: set[str] = set()
        self._begin: set[tuple[str, str]] = set()
        #: For each state: step -> the next, the way back when none fits, steps read, (characters, place) of terms that end.
        self._moves: list[dict[str, int]] = [{}]
        self._back: list[int] = [0]
        self._depth: list[int] = [0]
        self._ends: list[list[tuple[int, int]]] = [[]]
        for place, term in enumerate(terms):
            self._add(place, term)
        self._link()

    def find(self, text: str) -> list[Hit]:
        """Every term in the folded ``text``, in the order in which they end; overlapping ones too."""
        steps = steps_of(text)
        # Both lines run without a step of the interpreter for each step of the text.
        starts = list(compress(count(), map(self._begin.__contains__, pairwise(steps))))
        if not self._alone.isdisjoint(steps):
            starts = sorted({*starts, *compress(count(), map(self._alone.__contains__, steps))})
        if not starts:
            return []
        hits: list[Hit] = []
        ends = range(1, len(text) + 1) if len(steps) == len(text) else list(accumulate(map(len, steps)))
        free = 0
        for start in starts:
            if start >= free:
                free = self._walk(steps, start, ends, hits)
        return hits

    def _walk(self, steps: list[str], start: int, ends: Sequence[int], hits: list[Hit]) -> int:
        """From ``start`` on, until nothing that began before is still possible; where that is."""
        moves, back = self._moves, self._back
        state = 0
        for place in range(start, len(steps)):
            step = steps[place]
            following = moves[state].get(step)
            while following is None and state:
                state = back[state]
                following = moves[state].get(step)
            state = following or 0
            if self._depth[state] < 2 and place > start:
                return place
            for length, term in self._ends[state]:
                hits.append(Hit(ends[place] - length, ends[place], term))
        return len(steps)

    def _add(self, place: int, term: str) -> None:
        steps = steps_of(term)
        if len(steps) == 1:
            self._alone.add(steps[0])
        elif steps:
            self._begin.add((steps[0], steps[1]))
        state = 0
        for step in steps:
            following = self._moves[state].get(step)
            if following is None:
                following = self._moves[state][step] = len(self._moves)
                self._moves.append({})
                self._back.append(0)
                self._depth.append(self._depth[state] + 1)
                self._ends.append([])
            state = following
        if steps:
            self._ends[state].append((len(term), place))

    def _link(self) -> None:
        """The ways back, breadth first: each leads to a state that was seen with fewer steps."""
        waiting: deque[int] = deque(self._moves[0].values())
        while waiting:
            state = waiting.popleft()
            for step, following in self._moves[state].items():
                other: Any = self._back[state]
                while other and step not in self._moves[other]:
                    other = self._back[other]
                self._back[following] = self._moves[other].get(step, 0)
                waiting.append(following)
            self._ends[state] += self._ends[self._back[state]]
