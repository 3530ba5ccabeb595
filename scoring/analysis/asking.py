"""Asking for the analysis of a paper, finding it, and noting its figures beside the items in the bank."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import audit
from core.errors import NOT_FOUND
from core.facts import Fact
from core.unit import Unit
from itembank import uses
from scoring import queries as scoring_queries
from scoring.analysis import queries
from scoring.errors import NOT_ANALYSED
from scoring.gates import NamesOf, ToldOf
from scoring.tables import AnalysisRow


@dataclass(frozen=True)
class Analysis:
    """How the analysis of a paper stands: `state` is none, asked, made or failed; the figures are those of the last that was made.

    `current` says that no script has come and no total changed since then.
    """

    paper: str
    state: str
    scripts: int
    marked: int
    current: bool
    within_rooms: bool
    figures: dict[str, Any] | None
    made_at: datetime | None
    noted_at: datetime | None


def ask(unit: Unit, paper: str, *, within_rooms: bool = False) -> None:
    """Ask for the analysis of a paper; it is made in the background.  What is asked for already is asked anew.

    Raises:
        ExamError: `core.not_found` when nothing of such a paper was handed in.
    """
    if not queries.count_scripts(unit.session, [paper]):
        raise NOT_FOUND()
    _ask(unit, paper, within_rooms=within_rooms)
    audit.record(unit, "scoring.analysis.asked", f"paper/{paper}", within_rooms=within_rooms)


def _ask(unit: Unit, paper: str, *, within_rooms: bool) -> AnalysisRow:
    empty = {"state": "failed", "within_rooms": False, "note": False, "tries": 0, "standing": "", "asked_by": ""}
    scoring_queries.add_missing(unit.session, AnalysisRow(paper=paper, asked_at=unit.now, **empty))
    row = queries.find_analysis(unit.session, paper, lock=True)
    assert row
    row.state, row.within_rooms, row.tries, row.lease_until = "asked", within_rooms, 0, None
    row.asked_by, row.asked_at = unit.actor.account, unit.now
    return row


def on_released(unit: Unit, fact: Fact, told_of: ToldOf) -> None:
    """Note the figures of a paper whose results are out (`programme.result.released`); what has changed since is computed first.

    A rehearsal says nothing about items.
    """
    paper = fact.data["paper"]
    told = told_of(unit.session, [paper]).get(paper)
    if told is None or told.rehearsal:
        return
    row = queries.find_analysis(unit.session, paper, lock=True)
    if row and row.state == "asked":
        row.note = True
    elif row is None or row.standing != queries.standing(unit.session, paper):
        _ask(unit, paper, within_rooms=row.within_rooms if row else False).note = True
    elif row.made_at and (row.noted_at is None or row.noted_at < row.made_at):
        note(unit, paper, told_of)


def find(session: Session, paper: str) -> Analysis:
    """Return how the analysis of a paper stands.

    Raises:
        ExamError: `core.not_found` when nothing of such a paper was handed in.
    """
    counts = queries.count_scripts(session, [paper])
    if not counts:
        raise NOT_FOUND()
    row = queries.find_analysis(session, paper)
    return replace(_analysis(session, paper, counts[paper], row), figures=row.figures if row else None)


def find_state(session: Session, paper: str) -> str:
    """Return `none`, `asked`, `made` or `failed`; nothing else is read, so that pages may ask often."""
    return queries.find_state(session, paper) or "none"


def get_made(session: Session, paper: str) -> Analysis:
    """Return an analysis that has been made.

    Raises:
        ExamError: `core.not_found`, or `scoring.not_analysed`.
    """
    found = find(session, paper)
    if found.figures is None:
        raise NOT_ANALYSED()
    return found


def all_papers(session: Session) -> list[Analysis]:
    """Return how the analysis of every paper with scripts stands, without the figures."""
    rows = queries.all_analyses(session)
    counts = queries.count_scripts(session)
    return [_analysis(session, paper, counts[paper], rows.get(paper)) for paper in sorted(counts)]


def _analysis(session: Session, paper: str, counts: tuple[int, int], row: AnalysisRow | None) -> Analysis:
    if row is None:
        return Analysis(paper, "none", *counts, current=False, within_rooms=False, figures=None, made_at=None, noted_at=None)
    current = row.standing == queries.standing(session, paper)
    return Analysis(paper, row.state, *counts, current, row.within_rooms, None, row.made_at, row.noted_at)


def people(session: Session, figures: Mapping[str, Any], names_of: NamesOf) -> dict[str, str]:
    """Return the names of those whose answer sheets an analysis names, by attempt."""
    pairs = (figures["pairs"] or {"pairs": []})["pairs"]
    scripts = scoring_queries.scripts_of(session, sorted({pair[who] for pair in pairs for who in ("first", "second")}))
    names = names_of(session, {script.candidate for script in scripts})
    return {script.attempt: names.get(script.candidate, script.candidate) for script in scripts}


def note(unit: Unit, paper: str, told_of: ToldOf) -> int:
    """Note the figures of a paper beside the items in the bank, in place of those noted before; return how many.

    Raises:
        ExamError: `core.not_found`, or `scoring.not_analysed`.
    """
    row = queries.find_analysis(unit.session, paper, lock=True)
    if row is None or row.figures is None:
        raise NOT_ANALYSED()
    told = told_of(unit.session, [paper]).get(paper)
    if told is None:
        raise NOT_FOUND()
    noted = [
        uses.Use(
            version=question["version"],
            part=question["part"],
            paper=paper,
            title=told.title[:200],
            used_at=told.starts_at,
            n=question["n"],
            facility=question["p"],
            discrimination=question["rest_r"],
            omitted=question["omitted"],
        )
        for question in row.figures["questions"]
        if question["p"] is not None
    ]
    row.noted_at = unit.now
    return uses.note_figures(unit, noted)
