"""Patterns: the regular expressions of XML Schema part 2, appendix F, in time linear in the text.

Such an expression matches the whole text and has neither references nor look-around, so it is run as a set of states: no pattern can make
a candidate's answer take exponential time.  What the syntax does not know but authors write is taken as it was meant: a `^` that
begins a branch and a `$` that ends one as anchors, `(?:` as a group.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from scoring.processing.errors import PATTERN_BAD, ProcessingError
from scoring.processing.pattern_syntax import Choice, One, Part, Predicate, Reader, Repeat, Sequence

MOST_STATES = 2_000
MOST_REMEMBERED = 1_000
"""Steps of the machine that one match keeps, to bound its memory."""


@dataclass(slots=True)
class Machine:
    """States of the expression; state 0 accepts, a state without a predicate is passed freely."""

    states: list[tuple[Predicate | None, list[int]]] = field(default_factory=lambda: [(None, [])])
    start: int = 0
    built: int = 0

    def state(self, accepts: Predicate | None, follow: list[int]) -> int:
        """Add a state and return its number."""
        self.states.append((accepts, follow))
        return len(self.states) - 1

    def build(self, part: Part, follow: int) -> int:
        """Add the states of a part before state `follow` and return where it starts."""
        self.built += 1
        if self.built > MOST_STATES:
            raise ProcessingError(PATTERN_BAD, detail="too large")
        match part:
            case One():
                return self.state(part.accepts, [follow])
            case Sequence():
                for inner in reversed(part.parts):
                    follow = self.build(inner, follow)
                return follow
            case Choice():
                return self.state(None, [self.build(branch, follow) for branch in part.branches])
            case Repeat():
                return self._repeat(part, follow)

    def _repeat(self, part: Repeat, follow: int) -> int:
        if part.most is None:
            loop = self.state(None, [follow])
            self.states[loop][1].append(self.build(part.part, loop))
            follow = loop
        else:
            end = follow
            for _ in range(part.most - part.least):
                follow = self.state(None, [self.build(part.part, follow), end])
        for _ in range(part.least):
            follow = self.build(part.part, follow)
        return follow

    def reach(self, starts: set[int]) -> frozenset[int]:
        """Return the states that can be reached without a character."""
        found, open_ = set(starts), list(starts)
        while open_:
            accepts, follow = self.states[open_.pop()]
            if accepts is None:
                new = [number for number in follow if number not in found]
                found.update(new)
                open_ += new
        return frozenset(found)

    def matches(self, text: str) -> bool:
        """Return whether the whole text matches."""
        here = self.reach({self.start})
        steps: dict[tuple[frozenset[int], str], frozenset[int]] = {}
        for c in text:
            step = steps.get((here, c))
            if step is None:
                if len(steps) >= MOST_REMEMBERED:
                    steps.clear()
                moved = {n for at in here if (state := self.states[at])[0] and state[0](c) for n in state[1]}
                step = steps[here, c] = self.reach(moved)
            here = step
            if not here:
                return False
        return 0 in here


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Machine:
    """Return the machine of a pattern.

    Raises:
        ProcessingError: when it is no expression of appendix F, or too large.
    """
    reader = Reader(pattern)
    part = reader.choice()
    if reader.peek():
        raise reader.error(f"{reader.peek()} at {reader.at + 1}")
    machine = Machine()
    machine.start = machine.build(part, 0)
    return machine
