"""A paper as it was sat: its questions, who answered them, what they chose and what it earned."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True)
class Question:
    """One answered place: an item version, or part 1, 2, … of a case (0 for the item itself).

    `label` is what people call it; `options` are (id, text) of a choice, `correct` the ids that are right; `full` its full marks.
    """

    version: str
    part: int
    label: str
    kind: str
    title: str
    section: str
    full: float
    options: tuple[tuple[str, str], ...] = ()
    correct: tuple[str, ...] = ()

    @property
    def is_single(self) -> bool:
        """Say whether it is a choice of exactly one option."""
        return bool(self.options) and self.kind in ("single", "truefalse")


@dataclass(frozen=True)
class Sat:
    """The scripts of a paper.

    `marks` is `(persons, questions)`, NaN where the question was not on the person's form; `answered` tells who gave an answer.
    `chosen` has for each choice, by its place in `questions`, `(persons, options)`.  `attempts` and `rooms` name the persons and where
    they sat; `forms` is a number for each person's form.  `left_out` are questions that cannot be counted, with the code of the reason.
    """

    questions: tuple[Question, ...]
    attempts: tuple[str, ...]
    rooms: tuple[str, ...]
    forms: NDArray[np.intp]
    marks: Floats
    answered: Chosen
    chosen: dict[int, Chosen]
    left_out: tuple[tuple[str, str], ...] = ()

    @property
    def persons(self) -> int:
        """Return the number of scripts."""
        return len(self.attempts)

    @property
    def full(self) -> Floats:
        """Return the full marks per question."""
        return np.array([question.full for question in self.questions], np.float64)

    @property
    def totals(self) -> Floats:
        """Return each person's total, in marks; exact marks of two decimals stay apart or equal as they are."""
        return np.asarray(np.round(np.nansum(self.marks, axis=1), 2))

    def only(self, rows: Sequence[int] | NDArray[np.intp]) -> "Sat":
        """Return the same paper with some of its scripts."""
        return Sat(
            questions=self.questions,
            attempts=tuple(self.attempts[row] for row in rows),
            rooms=tuple(self.rooms[row] for row in rows),
            forms=self.forms[rows],
            marks=self.marks[rows],
            answered=self.answered[rows],
            chosen={place: chosen[rows] for place, chosen in self.chosen.items()},
            left_out=self.left_out,
        )

    def main_form(self) -> "Sat":
        """Return the scripts of the form that most people had, with its questions alone."""
        if not self.persons:
            return self
        sat = self.only(np.flatnonzero(self.forms == np.bincount(self.forms).argmax()))
        there = np.flatnonzero(~np.isnan(sat.marks).all(0))
        return replace(
            sat,
            questions=tuple(sat.questions[place] for place in there),
            marks=sat.marks[:, there],
            answered=sat.answered[:, there],
            chosen={n: sat.chosen[place] for n, place in enumerate(there.tolist()) if place in sat.chosen},
        )
