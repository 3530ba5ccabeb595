"""What the chief marker sees of a paper: progress, throughput, agreement, every marker's severity, and what waits for a decision.

Scripts are without identity here too; markers are named.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.clock import iso
from core.errors import NOT_FOUND
from itembank import forms, paper
from scoring import chief, drift, marking_figures, queries, queue_queries, rubrics
from scoring.setup import Setup, get_paper, setup_of
from scoring.tables import PaperMarkingRow, PartRow, StaffRow, TaskRow

MOST = 200
LEAST_SIGMA = 0.25  # marks; half a half-mark, below which a spread is chance


def papers(session: Session) -> list[dict[str, Any]]:
    """Return the papers that have written answers, with title and whether their marking is stopped."""
    return [
        {"paper": row.paper, "title": forms.get_frozen(session, row.form).title, "stopped": row.stopped_at is not None}
        for row in queries.papers_in_marking(session)
    ]


def desk(session: Session, paper_id: str, now: datetime, names: Mapping[str, str], markers: Mapping[str, str]) -> dict[str, Any]:
    """Return everything of the chief's page about a paper as JSON values; `markers` are the accounts that may mark, with their names.

    Raises:
        ExamError: `core.not_found`.
    """
    row = get_paper(session, paper_id)
    setup = setup_of(row)
    recent = marking_figures.paces(session, paper_id, now - timedelta(hours=1))
    return {
        "paper": paper_id,
        "title": forms.get_frozen(session, row.form).title,
        "setup": setup.model_dump(mode="json"),
        "scheme_fixed": queries.has_readings(session, paper_id),
        "stopped": {"at": iso(row.stopped_at), "by": names.get(row.stopped_by or "", ""), "reason": row.stop_reason}
        if row.stopped_at
        else None,
        "places": _places(session, paper_id),
        "last_hour": sum(count for count, _ in recent.values()),
        "agreement": _agreement(session, paper_id, setup),
        "markers": _markers(session, row, setup, now, names),
        "sites": queries.sites_of(session, paper_id),
        "not_here_yet": _not_here_yet(session, paper_id, markers),
        "waiting": _waiting(session, paper_id),
        "returned": [
            {"code": task.code, "place": task.place, "marker": names.get(hold.marker, hold.marker), "reason": hold.reason}
            for hold, task in marking_figures.returned(session, paper_id, 20)
        ],
        "collisions": [
            {"code": task.code, "part": task.script, "marker": names.get(reading.marker, reading.marker)}
            for reading, task in marking_figures.collisions(session, paper_id, 20)
        ],
        "samples": [
            {"id": sample.id, "place": sample.place, "use": sample.purpose, "marks": str(sample.marks), "note": sample.note}
            for sample in queries.samples(session, paper_id)
        ],
    }


def accounts_at(session: Session, paper_id: str) -> set[str]:
    """Return the accounts that the chief's page names."""
    row = queries.find_paper(session, paper_id)
    stopped_by = {row.stopped_by} if row and row.stopped_by else set()
    return {staff.marker for staff in marking_figures.staff_of(session, paper_id)} | stopped_by


def part(session: Session, part_id: str) -> tuple[dict[str, Any], set[str]]:
    """Return a part with all its readings side by side as JSON values, `marker` being accounts; and those accounts.

    Raises:
        ExamError: `core.not_found`.
    """
    found = queries.find_part(session, part_id)
    if found is None:
        raise NOT_FOUND()
    rubric, reference = rubrics.rubric_of(session, found.form, found.place, found.max_marks)
    readings = [
        {
            "purpose": reading.purpose,
            "marker": reading.marker,
            "marks": str(reading.marks),
            "levels": reading.levels,
            "comment": reading.comment,
            "annotations": reading.annotations,
            "at": iso(reading.at),
            "counts": _counts(task, reading.marker),
        }
        for reading, task in queries.all_readings(session, part_id)
    ]
    shown = {
        "part": found.id,
        "place": found.place,
        "state": found.state,
        "waits": chief.waits(session, found),
        "suspicion": found.suspicion,
        "question": paper.question(forms.get_frozen(session, found.form), found.place),
        "answer": found.answer,
        "max_marks": str(found.max_marks),
        "rubric": [criterion.model_dump(mode="json") for criterion in rubric],
        "reference": reference,
        "readings": readings,
    }
    return shown, {str(reading["marker"]) for reading in readings}


def _counts(task: TaskRow | None, marker: str) -> bool:
    return task is not None and task.state == "marked" and task.marker == marker


def _places(session: Session, paper_id: str) -> list[dict[str, Any]]:
    tasks: dict[str, dict[str, int]] = {}
    for _, place, state, count in marking_figures.progress(session, [paper_id]):
        tasks.setdefault(place, {})[state] = count
    parts = marking_figures.part_states(session, paper_id)
    return [
        {
            "place": place,
            "tasks": {state: tasks.get(place, {}).get(state, 0) for state in ("open", "leased", "marked", "waiting")},
            "parts": {state: parts.get((place, state), 0) for state in ("marking", "suspicious", "final")},
        }
        for place in sorted({place for place, _ in parts})
    ]


def _agreement(session: Session, paper_id: str, setup: Setup) -> dict[str, Any] | None:
    """Compare first and second readings: how many pairs, the shares exactly alike and within the tolerance, the mean distance."""
    pairs = marking_figures.pairs(session, paper_id)
    if not pairs:
        return None
    apart = [(abs(one - two), setup.scheme.tolerance_at(place)) for place, _, _, one, two in pairs]
    return {
        "pairs": len(pairs),
        "exact": sum(distance == 0 for distance, _ in apart) / len(apart),
        "within": sum(distance <= tolerance for distance, tolerance in apart) / len(apart),
        "mean_distance": float(sum((distance for distance, _ in apart), Decimal(0)) / len(apart)),
    }


def _markers(session: Session, row: PaperMarkingRow, setup: Setup, now: datetime, names: Mapping[str, str]) -> list[dict[str, Any]]:
    seeds = marking_figures.seed_differences(session, row.paper)
    again = marking_figures.rereading_differences(session, row.paper)
    counts = {marker: (count, marks, full) for marker, count, marks, full in marking_figures.marker_counts(session, [row.paper])}
    held = marking_figures.held_counts(session, [row.paper], now)
    recent = marking_figures.paces(session, row.paper, now - timedelta(hours=1))
    tolerance = setup.quality.seed_tolerance
    sigma = drift.pooled_sigma(list(seeds.values()), LEAST_SIGMA)
    partners = _partners(session, row.paper)
    found = []
    for staff in marking_figures.staff_of(session, row.paper):
        count, marks, full = counts.get(staff.marker, (0, Decimal(0), Decimal(0)))
        last_hour, seconds = recent.get(staff.marker, (0, 0.0))
        found.append(
            {
                **_standing(staff, names),
                "marked": count,
                "in_hand": held.get(staff.marker, 0),
                "last_hour": last_hour,
                "seconds": round(seconds),
                "share": float(marks / full) if full else None,
                "seeds": _severity(seeds.get(staff.marker, []), tolerance),
                "rereadings": _severity(again.get(staff.marker, []), tolerance),
                "partners": _severity(partners.get(staff.marker, []), setup.scheme.tolerance),
                "chart": _chart(seeds.get(staff.marker, []), sigma),
            }
        )
    return found


def _partners(session: Session, paper_id: str) -> dict[str, list[Decimal]]:
    """For each marker: own marks less those of the other reader of the same part."""
    found: dict[str, list[Decimal]] = {}
    for _, one, two, first, second in marking_figures.pairs(session, paper_id):
        found.setdefault(one, []).append(first - second)
        found.setdefault(two, []).append(second - first)
    return found


def _standing(staff: StaffRow, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "marker": staff.marker,
        "name": names.get(staff.marker, staff.marker),
        "site": staff.site,
        "state": staff.state,
        "reason": staff.reason,
        "since": iso(staff.since),
    }


def _severity(differences: Sequence[Decimal], tolerance: Decimal) -> dict[str, Any] | None:
    found = drift.severity(differences, tolerance)
    return asdict(found) if found else None


def _chart(differences: Iterable[Decimal], sigma: float) -> list[dict[str, Any]]:
    return [{**asdict(point), "out": point.is_out} for point in drift.control_chart(list(differences), sigma)]


def _waiting(session: Session, paper_id: str) -> list[dict[str, Any]]:
    stuck = set(queue_queries.stuck(session, paper_id))
    return [
        {"part": row.id, "place": row.place, "why": _why(row, stuck), "suspicion": row.suspicion}
        for row in marking_figures.awaiting_chief(session, paper_id, stuck, MOST)
    ]


def _why(part: PartRow, stuck: Collection[str]) -> str:
    if part.state == "suspicious":
        return "suspicious"
    return "nobody" if part.id in stuck else "differ"


def _not_here_yet(session: Session, paper_id: str, markers: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the accounts that may mark and have not been at this paper."""
    here = {staff.marker for staff in marking_figures.staff_of(session, paper_id)}
    found = [{"marker": account, "name": name} for account, name in markers.items() if account not in here]
    return sorted(found, key=lambda one: (one["name"], one["marker"]))
