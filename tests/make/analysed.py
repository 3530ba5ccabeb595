"""Papers of choices that many have sat, for the analysis: answers drawn by a model, one question keyed wrong."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.actor import SYSTEM
from core.unit import Database
from itembank.blueprint import Blueprint
from scoring import intake
from scoring.analysis.sat import Question, Sat
from tests.make import exam
from tests.make.bank import choice, published, stock, written
from tests.make.clock import MovableClock

PAPER = "pap_1"
QUESTIONS = 12
MISKEYED = "3"
"""The place of which the key names a wrong option: who knows the subject takes B."""

LETTERS = "ABCD"


def form_of_choices(database: Database, clock: MovableClock, *, essay: bool = False) -> str:
    """Publish a form of twelve single choices of two marks, the first option keyed; and of a written answer if wished."""
    drafts = [choice(f"q{n:02}", marks=2) for n in range(1, QUESTIONS + 1)]
    stock(database, [*drafts, written("essay")], clock())
    sections: list[dict[str, Any]] = [{"id": "A", "title": "选择题", "draws": [{"count": QUESTIONS, "kind": "single"}]}]
    if essay:
        sections.append({"id": "B", "title": "问答题", "draws": [{"count": 1, "kind": "extended"}]})
    return published(database, Blueprint.model_validate({"title": "选择卷", "seed": 1, "sections": sections}), clock())


def answer_sheets(people: int, seed: int = 1) -> list[dict[str, str]]:
    """Draw answer sheets: ability helps everywhere; at the miskeyed place it leads to B; person 1 answers as person 0 does."""
    rng = np.random.default_rng(seed)
    ability = np.linspace(-2, 2, people)
    rng.shuffle(ability)
    sheets = []
    for person in ability:
        knows = rng.random(QUESTIONS) < 1 / (1 + np.exp(-1.5 * (person - np.linspace(-1.5, 1.5, QUESTIONS))))
        guessed = rng.integers(0, 4, QUESTIONS)
        sheet = {str(n + 1): "A" if knows[n] else LETTERS[guessed[n]] for n in range(QUESTIONS)}
        sheet[MISKEYED] = "B" if knows[0] else LETTERS[guessed[0]]
        sheets.append(sheet)
    return sheets


def sit_all(database: Database, clock: MovableClock, form: str, sheets: list[Mapping[str, Any]] | list[dict[str, str]]) -> list[str]:
    """Let everybody sit and be scored; return the attempts."""
    attempts = []
    for n, sheet in enumerate(sheets):
        fact = exam.sit(database, clock, form, f"acc_{n:03}", sheet, PAPER)
        with database.unit(SYSTEM, clock()) as unit:
            intake.take_in(unit, fact)
        attempts.append(str(fact.data["attempt"]))
    return attempts


def drawn(persons: int, questions: int = 20, seed: int = 1, *, essay: bool = True) -> Sat:
    """Draw a paper as it was sat, without a database: choices of two marks by a 3PL model, and a written answer of ten."""
    rng = np.random.default_rng(seed)
    slope, difficulty = rng.lognormal(0, 0.3, questions), rng.normal(size=questions)
    ability = rng.normal(size=(persons, 1))
    right = rng.random((persons, questions)) < 0.2 + 0.8 / (1 + np.exp(-slope * (ability - difficulty)))
    taken = np.where(right, 0, rng.integers(1, 4, (persons, questions)))
    options = tuple((letter, f"选项 {letter}") for letter in LETTERS)
    asked = [Question(f"itv_{n}", 0, str(n + 1), "single", f"第 {n + 1} 题", "选择题", 2.0, options, ("A",)) for n in range(questions)]
    marks = right * 2.0
    if essay:
        asked.append(Question("itv_essay", 0, str(questions + 1), "extended", "简述", "问答题", 10.0))
        written_marks = np.clip(np.round((5 + 2 * ability[:, 0] + 2 * rng.normal(size=persons)) * 2) / 2, 0, 10)
        marks = np.column_stack([marks, written_marks])
    return Sat(
        questions=tuple(asked),
        attempts=tuple(f"att_{n}" for n in range(persons)),
        rooms=tuple("101" if n % 2 else "102" for n in range(persons)),
        forms=np.zeros(persons, np.intp),
        marks=marks,
        answered=np.ones(marks.shape, np.bool_),
        chosen={n: np.eye(4, dtype=np.bool_)[taken[:, n]] for n in range(questions)},
    )
