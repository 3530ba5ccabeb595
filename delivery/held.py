"""Answers that were kept aside, before people: each is decided by two of them, and what they count joins the journal."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core import audit, outbox
from core.clock import iso
from core.errors import INVALID
from core.unit import Unit
from delivery import counted, held_queries, queries, ruling
from delivery.chain import link
from delivery.facts import AMENDED
from delivery.moving import ids, subject
from delivery.papers import Shelf
from delivery.replay import replay
from delivery.ruling import Held, Opinion, Ruling, Stage, Standing
from delivery.states import State
from delivery.submitting import keep_time
from delivery.tables import AttemptRow, LeaseRow, OpinionRow, QuarantineRow


def decide(unit: Unit, attempt: str, digest: str, wanted: Ruling, reason: str) -> Standing:
    """Say what becomes of a held answer: the first of two people proposes, the second decides, or makes the first one's decision void.

    Raises:
        ExamError: `core.not_found`, `core.invalid` without a reason, `delivery.held_not_yet`, `delivery.held_not_so`,
            `delivery.same_person`, `delivery.held_decided`.
    """
    if not reason.strip():
        raise INVALID(detail="reason")
    row = queries.lock_attempt(unit, attempt)
    keep_time(unit, row)
    held = held_queries.get_held(unit.session, attempt, digest)
    ruling.check(State(row.state), Held(held.reason), wanted)
    given = held_queries.opinions_of(unit.session, [attempt]).get((attempt, digest), [])
    mine = Opinion(unit.actor.account, wanted)
    standing = ruling.take(_fold(given), mine)
    unit.session.add(OpinionRow(attempt=attempt, digest=digest, n=len(given) + 1, by=mine.by, ruling=wanted, reason=reason, at=unit.now))
    told = {"item": held.item, "seq": held.seq, "digest": digest, "ruling": str(wanted), "stage": str(standing.stage), "reason": reason}
    audit.record(unit, "delivery.held.decided", subject(attempt), **told)
    if standing.stage is Stage.DECIDED and wanted is Ruling.COUNT:
        assert standing.first
        _count(unit, row, held, [standing.first.by, mine.by])
    return standing


def _count(unit: Unit, row: AttemptRow, held: QuarantineRow, people: list[str]) -> None:
    """Append a held answer to the journal of a locked, submitted attempt, with its evidence, and have the attempt marked anew."""
    before = held_queries.counted_before(unit.session, row.id)
    head = queries.load_heads(unit.session, [row.id])[row.id]
    linked = link(head, counted.make(head, before, held_queries.as_held(held), people, iso(unit.now)))
    held_queries.append(unit.session, row.id, linked, held.typed_at, unit.now)
    assert row.submitted_at
    latest = max(row.submitted_at, row.amended_at or row.submitted_at)
    row.amended_at = max(unit.now, latest + datetime.resolution)  # what is marked is known by this instant, so that no two may share it
    told = {"item": held.item, "held": held.reason, "entries": linked.pos, "head": linked.hash}
    outbox.announce(unit, AMENDED, subject(row.id), {**ids(row), **told})


def _fold(opinions: Iterable[OpinionRow]) -> Standing:
    return ruling.fold(Opinion(row.by, Ruling(row.ruling)) for row in opinions)


# --- what people see of them --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HeldAnswer:
    """A held answer as people see it: the row, the page that wrote it, what stands at its place now, and what was said about it.

    `counts` says that it came again in time and is in the journal: there is nothing to decide.
    """

    row: QuarantineRow
    page: LeaseRow | None
    current: Any
    standing: Standing
    opinions: list[OpinionRow]
    rulings: frozenset[Ruling]
    counts: bool


@dataclass(frozen=True)
class HeldOfAttempt:
    """The held answers of one attempt, in the order of their arrival; `paper` is the candidate's own view of it."""

    attempt: AttemptRow
    paper: dict[str, Any]
    answers: list[HeldAnswer]


def value_of(row: QuarantineRow) -> Any:
    """Return what was typed."""
    return json.loads(row.value)


def papers(session: Session) -> list[tuple[str, str, int]]:
    """Return id, title and number of undecided held answers of every paper that has held any, the latest start first."""
    return [(paper, title, sum(undecided(session, [paper]).values())) for paper, title in held_queries.papers_with_held(session)]


def of_paper(session: Session, paper: str, shelf: Shelf) -> list[HeldOfAttempt]:
    """Return the held answers of a paper, by attempt in the order of the seats."""
    rows = held_queries.held_of_paper(session, paper)
    ids_ = sorted({row.attempt for row in rows})
    attempts = held_queries.attempts_by_id(session, ids_)
    pages = held_queries.leases_of(session, ids_)
    opinions = held_queries.opinions_of(session, ids_)
    counting = held_queries.also_in_journal(session, paper)
    found = []
    for attempt in sorted(attempts.values(), key=lambda a: (a.seat, a.id)):
        kept = shelf.get(session, attempt.form)
        current = replay((linked.entry for linked in queries.journal_of(session, attempt.id)), kept.kinds)
        answers = [
            HeldAnswer(
                row,
                pages.get((row.attempt, row.epoch)),
                current[row.item].value if row.item in current else None,
                _fold(opinions.get((row.attempt, row.digest), [])),
                opinions.get((row.attempt, row.digest), []),
                ruling.allowed(State(attempt.state), Held(row.reason)),
                (row.attempt, row.digest) in counting,
            )
            for row in rows
            if row.attempt == attempt.id
        ]
        found.append(HeldOfAttempt(attempt, kept.build(attempt.seed, attempt.id), answers))
    return found


def undecided(session: Session, papers_: Collection[str]) -> dict[str, int]:
    """Return how many held answers wait for a decision, by attempt, for the attempts of some papers that have any."""
    rows = [row for paper in papers_ for row in held_queries.held_of_paper(session, paper)]
    opinions = held_queries.opinions_of(session, sorted({row.attempt for row in rows}))
    counting = {key for paper in papers_ for key in held_queries.also_in_journal(session, paper)}
    counts: dict[str, int] = {}
    for row in rows:
        if (row.attempt, row.digest) in counting:
            continue
        if _fold(opinions.get((row.attempt, row.digest), [])).stage is not Stage.DECIDED:
            counts[row.attempt] = counts.get(row.attempt, 0) + 1
    return counts
