"""Practising: the next item, and the verdict on an answer at once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from core.errors import INVALID
from core.unit import Unit
from itembank import paper
from itembank import reading as bank
from itembank.kinds.catalogue import KINDS
from practice import firewall, queries, wrong_book
from practice.errors import NO_ANSWER, NOT_ENTITLED, NOTHING_LEFT
from practice.gates import Entitlement
from practice.tables import PracticeAnswerRow
from scoring.checking import Checked, check


@dataclass(frozen=True)
class Point:
    """One point of the knowledge tree with all below it; `knowledge` is its path, empty for the whole bank.

    How many items it has, how many were answered, how many of those rightly at least once.
    """

    knowledge: str
    items: int
    answered: int
    right: int


def check_entitled(session: Session, candidate: str, entitlement: Entitlement) -> None:
    """Refuse a candidate who may not practise, saying what is missing.

    Raises:
        ExamError: `practice.not_entitled`.
    """
    standing = entitlement(session, candidate)
    if not standing.allowed:
        raise NOT_ENTITLED(zh=standing.zh, en=standing.en)


def points(session: Session, candidate: str) -> list[Point]:
    """Return every point of the practice bank's knowledge tree with the candidate's progress, the whole bank first."""
    answered = queries.answer_counts(session, candidate)
    found: dict[str, list[tuple[int, int]]] = {"": []}
    for item, row in firewall.open_items(session).items():
        for point in {above for path in row.knowledge for above in _upwards(path)} | {""}:
            found.setdefault(point, []).append(answered.get(item, (0, 0)))
    return [
        Point(knowledge, len(counts), sum(tries > 0 for tries, _ in counts), sum(right > 0 for _, right in counts))
        for knowledge, counts in sorted(found.items())
    ]


def _upwards(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]


def next_item(session: Session, candidate: str, knowledge: str, *, wrong_only: bool) -> dict[str, Any]:
    """Return the keyless view of the next item: from the wrong-answer book the longest untouched, else the least practised.

    `knowledge` takes the point named and every one below it; empty, the whole bank.

    Raises:
        ExamError: `practice.nothing_left`.
    """
    pool = firewall.open_items(session)
    if wrong_only:
        order = [row.item for row in queries.wrong_rows(session, candidate) if row.item in pool]
    else:
        answered = queries.answer_counts(session, candidate)
        wanted = [item for item, row in pool.items() if not knowledge or any(knowledge in _upwards(path) for path in row.knowledge)]
        order = sorted(wanted, key=lambda item: (answered.get(item, (0, 0))[0], item))
    if not order:
        raise NOTHING_LEFT()
    item = pool[order[0]]
    content = bank.keyless(session, item.version)
    return {
        "version": item.version,
        "language": item.language,
        "knowledge": list(item.knowledge),
        **paper.shown(content),
    }


def give_answer(unit: Unit, version: str, value: Any) -> Checked:
    """Check the acting candidate's answer to the version that was shown, keep it, and enter it in the wrong-answer book.

    Raises:
        ExamError: `practice.not_practice`, `practice.no_answer`, `core.invalid` for an answer of the wrong shape.
    """
    candidate = unit.actor.account
    row = firewall.get_open(unit.session, version)
    if value is None or value in ("", []):
        raise NO_ANSWER()
    misfit = KINDS[row.kind].offer(bank.keyless(unit.session, version))(value)
    if misfit:
        raise INVALID(detail=misfit)
    checked = check(unit.session, version, value)
    unit.session.add(
        PracticeAnswerRow(
            candidate=candidate,
            item=row.item,
            version=version,
            value=value,
            marks=checked.marks,
            max_marks=checked.max_marks,
            at=unit.now,
        )
    )
    wrong_book.note(unit, candidate, row.item, row.knowledge[0] if row.knowledge else "–", right=checked.right)
    return checked
