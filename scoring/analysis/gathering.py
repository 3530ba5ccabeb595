"""Gathering a paper as it was sat: from scripts, marks, keys and what was handed in."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from core.aside import aside
from core.unit import Database
from delivery import reading as delivery_reading
from delivery.states import State
from itembank import forms, keys
from itembank.content import FrozenForm
from scoring import queries as scoring_queries
from scoring import ruled
from scoring.analysis import queries
from scoring.analysis.sat import Question, Sat
from scoring.changes import Rule
from scoring.tables import ScoreRow

_BATCH = 20
"""Scripts read in one breath."""
_TITLE = 60
_OPTION = 40

Column = tuple[str, int]
"""What a question is in the bank: its version, and the part of a case, 0 for the item itself."""


@dataclass
class _Paper:
    """The questions of all forms of a paper, and where each stands on each form."""

    questions: dict[Column, Question] = field(default_factory=dict)
    places: dict[str, dict[str, Column]] = field(default_factory=dict)


@dataclass
class _Script:
    """One person's script: marks by question, None while one is missing, the full marks that they are of, and answers."""

    attempt: str
    form: str
    room: str
    marks: dict[Column, float | None]
    full: dict[Column, float]
    answers: dict[Column, Any]


def gather(database: Database, paper: str, breathe: Callable[[], None]) -> Sat:
    """Read every script of a paper; `breathe` is called after each, so that others have their turn."""
    with database.reading() as session:
        scripts = [(row.attempt, row.form) for row in queries.scripts_of_paper(session, paper)]
        whole = _questions(session, sorted({form for _, form in scripts}), ruled.in_force(session, paper))
    read: list[_Script] = []
    for start in range(0, len(scripts), _BATCH):
        batch = scripts[start : start + _BATCH]
        with database.reading() as session:
            scores: dict[str, list[ScoreRow]] = {}
            for row in scoring_queries.scores_of(session, [attempt for attempt, _ in batch]):
                scores.setdefault(row.attempt, []).append(row)
            for attempt, form in batch:
                script = _find_script(session, attempt, form, scores.get(attempt, []), whole.places[form])
                read += [script] if script else []
                breathe()
    return aside(put_together, list(whole.questions.items()), read)


def _find_script(session: Session, attempt: str, form: str, scores: Sequence[ScoreRow], places: Mapping[str, Column]) -> _Script | None:
    """Return a script; None while its attempt is open again, or when it was made void."""
    sat = delivery_reading.get_attempt(session, attempt)
    if sat.state != State.SUBMITTED:
        return None
    answers = delivery_reading.get_submission(session, attempt).answers
    marks = {places[row.place]: None if row.marks is None else float(row.marks) for row in scores if row.place in places}
    full = {places[row.place]: float(row.max_marks) for row in scores if row.place in places}
    return _Script(attempt, form, sat.room, marks, full, {places[place]: value for place, value in answers.items() if place in places})


def put_together(questions: Sequence[tuple[Column, Question]], scripts: Sequence[_Script]) -> Sat:
    """Make tables of scripts; a question of which a mark is missing, or that earns none, is left out and named."""
    left_out: list[tuple[str, str]] = []
    kept: list[tuple[Column, Question]] = []
    for column, question in questions:
        of_column = [script.marks[column] for script in scripts if column in script.marks]
        full = max((script.full[column] for script in scripts if column in script.full), default=0.0)
        if not of_column or None in of_column:
            left_out.append((question.label, "waiting"))
        elif not full > 0:
            left_out.append((question.label, "no_marks"))
        else:
            kept.append((column, replace(question, full=full)))
    marks = np.full((len(scripts), len(kept)), np.nan)
    answered = np.zeros(marks.shape, np.bool_)
    chosen = {
        place: np.zeros((len(scripts), len(question.options)), np.bool_)
        for place, (_, question) in enumerate(kept)
        if question.options and question.correct
    }
    for place, (column, question) in enumerate(kept):
        options = {name: n for n, (name, _) in enumerate(question.options)}
        for row, script in enumerate(scripts):
            mark = script.marks.get(column)
            marks[row, place] = np.nan if mark is None else mark
            answer = script.answers.get(column)
            answered[row, place] = answer not in (None, "", [])
            if place in chosen:
                taken = [answer] if isinstance(answer, str) else answer if isinstance(answer, list) else []
                chosen[place][row, [options[name] for name in taken if isinstance(name, str) and name in options]] = True
    return Sat(
        questions=tuple(question for _, question in kept),
        attempts=tuple(script.attempt for script in scripts),
        rooms=tuple(script.room for script in scripts),
        forms=np.unique([script.form for script in scripts], return_inverse=True)[1] if scripts else np.empty(0, np.intp),
        marks=marks,
        answered=answered,
        chosen=chosen,
        left_out=tuple(left_out),
    )


def _questions(session: Session, form_ids: Sequence[str], rules: Mapping[str, Rule]) -> _Paper:
    """Return the questions of the forms, each once; on several forms labels begin with the letter of the first form that has them."""
    found = _Paper()
    for letter, form_id in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ" * (1 + len(form_ids) // 26), form_ids, strict=False):
        frozen = forms.get_frozen(session, form_id)
        placed = keys.keys_of_form(session, form_id)
        found.places[form_id] = {}
        for place, column, question in _of_form(frozen, placed, rules, f"{letter}-" if len(form_ids) > 1 else ""):
            found.places[form_id][place] = column
            found.questions.setdefault(column, question)
    return found


def _of_form(
    frozen: FrozenForm, placed: Mapping[str, keys.PlacedKey], rules: Mapping[str, Rule], prefix: str
) -> list[tuple[str, Column, Question]]:
    rows = []
    for section in frozen.sections:
        for item in section.items:
            content = item.content
            parts = [(place, n, part.stem, part.options) for n, (place, part) in enumerate(item.part_places(), 1)]
            for place, part_n, stem, options in parts or [(item.place, 0, content.stem or content.title, content.options)]:
                key = placed[place]
                question = Question(
                    version=item.version,
                    part=part_n,
                    label=prefix + place,
                    kind=key.kind,
                    title=_words(stem, _TITLE) or content.title,
                    section=section.title,
                    full=float(key.marks),
                    options=tuple((option.id, _words(option.html, _OPTION)) for option in options),
                    correct=_correct(key, rules.get(place)) if options else (),
                )
                rows.append((place, (item.version, part_n), question))
    return rows


def _correct(key: keys.PlacedKey, rule: Rule | None) -> tuple[str, ...]:
    """Return what is right: by the item's own key, or by those of the regrades in force."""
    judged_by = [None] if rule is None else rule.keys
    return tuple(dict.fromkeys(name for change in judged_by for name in (key.key if change is None else change).correct))


def _words(html: str, most: int) -> str:
    """Return the bare words of sanitised HTML, cut to a length."""
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
    return text if len(text) <= most else f"{text[: most - 1]}…"
