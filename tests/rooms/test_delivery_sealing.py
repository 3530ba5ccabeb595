"""Sealed papers: what is kept and told before the start, at it, and to whom."""

import json
from base64 import b64decode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.unit import Database
from delivery import jobs, opening, queries, resync, sealing
from delivery.bell import Bell
from delivery.gates import Admitted, Reason
from delivery.states import State
from delivery.tables import SealedRow
from tests.make.clock import MovableClock
from tests.make.delivery import do, look, paper, scheduled


def later(clock: MovableClock, seconds: float) -> datetime:
    return clock() + timedelta(seconds=seconds)


def open_admission(_session: Any, _attempt: str) -> Admitted:
    return Admitted()


def waiting(database: Database, clock: MovableClock, starts_in: float = 60, **changes: Any) -> str:
    attempt = scheduled(database, clock(), starts_at=later(clock, starts_in), **changes)
    do(database, clock, lambda unit: opening.check_in(unit, queries.lock_attempt(unit, attempt), open_admission))
    return attempt


def told(database: Database, clock: MovableClock, attempt: str) -> dict[str, Any]:
    with database.reading() as session:
        return resync.picture(session, queries.get_attempt(session, attempt), clock(), None)


def sealed(database: Database, attempt: str) -> SealedRow:
    with database.reading() as session:
        return queries.get_sealed(session, attempt)


def opened(row: SealedRow, key: str, attempt: str = "") -> dict[str, Any]:
    text = AESGCM(b64decode(key)).decrypt(row.nonce, row.box, (attempt or row.attempt).encode())
    built: dict[str, Any] = json.loads(text)
    return built


def test_papers_are_sealed_ahead_and_once(database: Database, clock: MovableClock) -> None:
    attempts = [waiting(database, clock, candidate=f"acc_{n}") for n in range(jobs.SEAL_BATCH + 3)]
    far = waiting(database, clock, 72 * 3600, candidate="acc_far")
    assert [jobs.seal_papers(paper, database, clock()) for _ in range(3)] == [jobs.SEAL_BATCH, 3, 0]
    assert len({sealed(database, attempt).box for attempt in attempts}) == len(attempts)
    with database.reading() as session:
        assert queries.find_sealed(session, far) is None
    before = sealed(database, attempts[0]).box
    do(database, clock, lambda unit: sealing.seal(unit, queries.get_attempt(unit.session, attempts[0]), paper(unit.session, "frm_1")))
    assert sealed(database, attempts[0]).box == before


def test_the_key_is_told_to_who_has_started_and_opens_one_paper_only(database: Database, clock: MovableClock) -> None:
    one, two = (waiting(database, clock, candidate=account) for account in ("acc_one", "acc_two"))
    jobs.seal_papers(paper, database, clock())
    clock.move(60)
    assert told(database, clock, one)["paper_key"] is None
    do(database, clock, opening.start, one, open_admission)
    key = told(database, clock, one)["paper_key"]
    assert opened(sealed(database, one), key)["attempt"] == one
    with pytest.raises(InvalidTag):
        opened(sealed(database, two), key)
    with pytest.raises(InvalidTag):
        opened(sealed(database, one), key, two)
    with pytest.raises(InvalidTag):
        opened(sealed(database, one), told(database, clock, one)["file_key"])


def test_with_full_time_the_key_is_told_at_the_candidate_s_own_start(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock, timing="full_time")
    clock.move(60)
    assert told(database, clock, attempt)["paper_key"] is None
    do(database, clock, opening.start, attempt, open_admission)
    assert told(database, clock, attempt)["paper_key"]


def test_nobody_has_a_key_who_was_not_let_in_or_is_over(database: Database, clock: MovableClock) -> None:
    outside = scheduled(database, clock(), starts_at=later(clock, 60))
    clock.move(60)
    assert told(database, clock, outside)["paper_key"] is None
    inside = waiting(database, clock, 1, candidate="acc_late")
    clock.move(3601)
    assert told(database, clock, inside)["paper_key"] is None


class Pages:
    """The pages of one process, and what they were told."""

    def __init__(self, database: Database, clock: MovableClock, refused: Iterable[str] = ()) -> None:
        self.told: list[tuple[str, str, dict[str, Any], str]] = []
        self.database = database
        self.refused = set(refused)
        self.bell = Bell(database, clock, self.admissions, self.tell)
        self.asked = 0

    def admissions(self, _session: Any, attempts: Sequence[str]) -> dict[str, Admitted]:
        self.asked += 1
        return {attempt: Admitted((Reason("x", "x", "x"),)) if attempt in self.refused else Admitted() for attempt in attempts}

    def tell(self, page: str, event: str, data: dict[str, Any]) -> None:
        self.told.append((page, event, data, look(self.database, page.removeprefix("page of ")).state))


def test_the_bell_tells_every_key_before_it_starts_anybody(database: Database, clock: MovableClock) -> None:
    attempts = [waiting(database, clock, candidate=f"acc_{n}") for n in range(5)]
    jobs.seal_papers(paper, database, clock())
    pages = Pages(database, clock, refused=attempts[4:])
    for attempt in attempts:
        pages.bell.expect(f"page of {attempt}", attempt, later(clock, 60))
    pages.bell.forget(f"page of {attempts[3]}")
    pages.bell.ring()
    assert pages.told == []
    clock.move(60)
    pages.bell.ring()
    assert [(event, state) for _page, event, _data, state in pages.told] == [("paper.key", "ready")] * 3
    assert pages.asked == 2  # once before the keys, once before the starts, however many wait
    for page, _event, data, _state in pages.told:
        attempt = page.removeprefix("page of ")
        assert opened(sealed(database, attempt), data["key"])["attempt"] == attempt
    states = [look(database, attempt).state for attempt in attempts]
    assert states == [State.RUNNING, State.RUNNING, State.RUNNING, State.READY, State.READY]
    assert {look(database, attempt).deadline_at for attempt in attempts[:3]} == {later(clock, 3600)}
    pages.bell.ring()
    assert len(pages.told) == 3


def test_the_bell_starts_full_time_attempts_and_tells_no_key(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock, timing="full_time")
    pages = Pages(database, clock)
    pages.bell.expect(f"page of {attempt}", attempt, later(clock, 60))
    clock.move(60)
    pages.bell.ring()
    assert (pages.told, look(database, attempt).state) == ([], State.RUNNING)


def test_sealed_papers_are_forgotten_when_the_attempt_is_over(database: Database, clock: MovableClock) -> None:
    attempt = waiting(database, clock)
    jobs.seal_papers(paper, database, clock())
    assert jobs.drop_old_seals(database, clock()) == 0
    clock.move(60 + 3600)
    jobs.sweep_deadlines(database, clock())
    assert look(database, attempt).state == State.ABSENT
    assert [jobs.drop_old_seals(database, clock()) for _ in range(2)] == [1, 0]
