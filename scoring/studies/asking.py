"""Asking for a comparison, and finding it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND
from core.ids import new_id
from core.unit import Unit
from scoring.analysis import queries as paper_queries
from scoring.errors import GROUP_UNKNOWN, NOT_ANALYSED, SAME_PAPER
from scoring.studies import queries
from scoring.studies.groups import FILE, Groups
from scoring.studies.linking import Wish
from scoring.tables import StudyRow


@dataclass(frozen=True)
class Contrast:
    """Which groups are compared: `by` is the attribute, or `file`; the reference is one group, or with None everybody else."""

    by: str
    focal: str
    reference: str | None = None


@dataclass(frozen=True)
class Study:
    """How a comparison stands: `state` is asked, made or failed; `current` says that no script has come and no total changed since."""

    id: str
    kind: str
    paper: str
    other: str | None
    question: dict[str, Any]
    state: str
    current: bool
    figures: dict[str, Any] | None
    asked_by: str
    asked_at: datetime
    made_at: datetime | None


def ask_dif(unit: Unit, paper: str, contrast: Contrast, groups: Groups) -> str:
    """Ask whether the questions of a paper work alike for two groups; return the id of the comparison.

    Raises:
        ExamError: `core.not_found` when nothing of such a paper was handed in, `scoring.group_unknown`.
    """
    for group in (contrast.focal, contrast.reference):
        if (group is not None and group not in groups.values()) or contrast.focal == contrast.reference:
            raise GROUP_UNKNOWN(group=group)
    kept = {"groups": dict(groups)} if contrast.by == FILE else {}
    return _ask(unit, "dif", paper, None, {**vars(contrast), **kept})


def ask_equating(unit: Unit, paper: str, other: str, wish: Wish) -> str:
    """Ask what a total on a paper is worth on the other; return the id of the comparison.

    Raises:
        ExamError: `core.not_found` when nothing of one of the papers was handed in, `scoring.same_paper`.
    """
    if paper == other:
        raise SAME_PAPER()
    return _ask(unit, "equating", paper, other, vars(wish))


def _ask(unit: Unit, kind: str, paper: str, other: str | None, question: dict[str, Any]) -> str:
    wanted = [paper] if other is None else [paper, other]
    if len(paper_queries.count_scripts(unit.session, wanted)) < len(wanted):
        raise NOT_FOUND()
    row = StudyRow(id=new_id("stu"), kind=kind, paper=paper, other=other, question=question, state="asked")
    row.asked_by, row.asked_at = unit.actor.account, unit.now
    unit.session.add(row)
    told = {name: value for name, value in question.items() if name != "groups"}
    audit.record(unit, "scoring.study.asked", f"paper/{paper}", study=row.id, kind=kind, other=other, question=told)
    return row.id


def standing(session: Session, row: StudyRow) -> str:
    """Return a text that is another whenever a script of its papers has come or a total has changed."""
    return " ".join(paper_queries.standing(session, paper) for paper in (row.paper, row.other) if paper)


def find(session: Session, study: str) -> Study:
    """Return a comparison with its figures.

    Raises:
        ExamError: `core.not_found`.
    """
    row = queries.get_study(session, study)
    return _study(session, row, row.figures)


def get_made(session: Session, study: str) -> Study:
    """Return a comparison that has been made.

    Raises:
        ExamError: `core.not_found`, or `scoring.not_analysed`.
    """
    found = find(session, study)
    if found.figures is None:
        raise NOT_ANALYSED()
    return found


def studies_of(session: Session, paper: str) -> Sequence[Study]:
    """Return the comparisons that a paper is part of, the latest first, without figures."""
    return [_study(session, row, None) for row in queries.studies_of(session, paper)]


def _study(session: Session, row: StudyRow, figures: dict[str, Any] | None) -> Study:
    question = {name: value for name, value in row.question.items() if name != "groups"}
    current = row.standing == standing(session, row)
    told = (row.state, current, figures, row.asked_by, row.asked_at, row.made_at)
    return Study(row.id, row.kind, row.paper, row.other, question, *told)
