"""The journal on both databases: nothing acknowledged is lost, nobody writes who may not, and each guard has a control without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError

from core.actor import SYSTEM, Actor
from core.clock import iso
from core.errors import ExamError
from core.unit import Database, Unit
from delivery import accommodating, fast_way, presence, queries, reading, slow_way, submitting
from delivery.chain import find_break
from delivery.journal import PER_ATTEMPT, Journal
from delivery.lateness import Verdict
from delivery.saves import Outcome
from tests.make.clock import MovableClock
from tests.make.delivery import INVIGILATOR, Pen, connect, look, scheduled, started


@pytest.fixture
def pen(database: Database, clock: MovableClock) -> Pen:
    return Pen.of(database, clock, started(database, clock()))


def held(pen: Pen) -> list[tuple[int, int, str]]:
    """Return (pos, seq, value) of the journal, after checking its chain."""
    with pen.database.reading() as session:
        links = queries.journal_of(session, pen.attempt)
    assert find_break(pen.attempt, links) is None
    return [(link.pos, link.entry.seq, link.entry.value) for link in links]


def aside(pen: Pen) -> list[tuple[str, int]]:
    with pen.database.reading() as session:
        return [(answer.reason, answer.seq) for answer in reading.kept_aside(session, pen.attempt)]


def code(outcome: Outcome) -> str:
    return outcome.kind.code if isinstance(outcome, ExamError) else "saved"


# --- what is accepted


def test_an_answer_is_in_the_journal_when_it_is_settled(pen: Pen) -> None:
    assert pen.write(1, '"甲"') == pen.clock()
    assert held(pen) == [(1, 1, '"甲"')]


def test_values_come_back_as_they_were_sent(pen: Pen) -> None:
    values = ['"a\\"b\\\\c{}"', '"\\u0000"', '["A","B"]', "null", '"{\\"x\\",NULL}"', '"🀄 答 \U00020000"', '""']
    for seq, value in enumerate(values, 1):
        assert code(pen.write(seq, value)) == "saved"
    assert [value for _, _, value in held(pen)] == values


def test_answers_may_arrive_in_any_order_and_together(pen: Pen) -> None:
    saves = [pen.queue(seq) for seq in (3, 1, 5, 2)]
    pen.journal.flush()
    assert {code(save.outcome) for save in saves if save.outcome} == {"saved"}
    assert sorted(seq for _, seq, _ in held(pen)) == [1, 2, 3, 5]


def test_the_same_answer_sent_again_is_acknowledged_and_kept_once(pen: Pen) -> None:
    again = [pen.queue(1), pen.queue(1), pen.queue(2)]
    pen.journal.flush()
    assert [code(save.outcome) for save in again if save.outcome] == ["saved"] * 3
    assert code(pen.write(1)) == "saved"
    assert [seq for _, seq, _ in held(pen)] == [1, 2]


def test_another_answer_under_a_taken_number_is_refused_and_kept_aside(pen: Pen) -> None:
    pen.write(1, '"A"')
    assert code(pen.write(1, '"B"')) == "delivery.number_taken"
    assert code(pen.write(1, '"B"')) == "delivery.number_taken"
    assert held(pen) == [(1, 1, '"A"')]
    assert aside(pen) == [("number_taken", 1)]


def test_an_unsound_answer_is_kept_aside_and_leaves_no_gap(pen: Pen) -> None:
    assert code(pen.write(1, '"?"', flaw="expected a number")) == "delivery.unsound"
    assert code(pen.write(2)) == "saved"
    assert [seq for _, seq, _ in held(pen)] == [2]
    assert aside(pen) == [("unsound", 1)]
    with pen.database.unit(SYSTEM, pen.clock()) as unit:
        assert submitting.hand_in(unit, pen.attempt, pen.epoch, 2).state == "submitted"


def test_attempts_in_one_group_do_not_touch_each_other(database: Database, clock: MovableClock) -> None:
    journal = Journal(database, clock, window_ms=0, group_max=100)
    pens = [Pen.of(database, clock, started(database, clock(), candidate=f"acc_{n}")) for n in range(5)]
    for pen in pens:
        pen.journal = journal
    connect(database, clock(), pens[2].attempt)  # the third page is not the writer any more
    saves = [(pen, pen.queue(seq)) for seq in (1, 2, 3) for pen in pens]
    journal.flush()
    for pen, save in saves:
        assert save.outcome is not None
        assert code(save.outcome) == ("delivery.superseded" if pen is pens[2] else "saved")
    assert [len(held(pen)) for pen in pens] == [3, 3, 0, 3, 3]
    assert len(aside(pens[2])) == 3


# --- who may write, and when


def test_an_older_page_cannot_write_and_what_it_sends_is_kept_aside(pen: Pen) -> None:
    pen.write(1)
    newer = connect(pen.database, pen.clock(), pen.attempt)
    assert code(pen.write(2, '"old"')) == "delivery.superseded"
    assert code(pen.write(2, '"new"', epoch=newer)) == "saved"
    assert held(pen) == [(1, 1, '"A"'), (2, 2, '"new"')]
    assert aside(pen) == [("superseded", 2)]


def test_a_repeat_by_an_older_page_is_still_acknowledged(pen: Pen) -> None:
    pen.write(1)
    connect(pen.database, pen.clock(), pen.attempt)
    assert code(pen.write(1)) == "saved"
    assert aside(pen) == []


def test_before_the_start_nothing_is_taken(database: Database, clock: MovableClock) -> None:
    pen = Pen.of(database, clock, scheduled(database, clock()))
    assert code(pen.write(1)) == "delivery.not_started"
    assert (held(pen), aside(pen)) == ([], [])


def test_while_paused_the_page_keeps_its_answers_and_sends_them_after(pen: Pen) -> None:
    with pen.database.unit(INVIGILATOR, pen.clock()) as unit:
        accommodating.pause(unit, pen.attempt, "fire alarm")
    outcome = pen.write(1)
    assert isinstance(outcome, ExamError)
    assert (outcome.kind.code, outcome.kind.retryable) == ("delivery.paused", True)
    with pen.database.unit(INVIGILATOR, pen.clock.move(60)) as unit:
        accommodating.resume(unit, pen.attempt, "all clear")
    assert code(pen.write(1)) == "saved"
    assert aside(pen) == []


@pytest.mark.parametrize(
    ("received_s", "typed_s", "becomes"),
    [
        (3600, 3600, "saved"),
        (3600.001, 3600, "saved"),
        (3720, 3599, "saved"),
        (3601, 3600.5, "delivery.too_late"),
        (3720.001, 3599, "delivery.too_late"),
    ],
)
def test_the_deadline_is_kept_on_every_save(pen: Pen, received_s: float, typed_s: float, becomes: str) -> None:
    start = pen.clock()
    typed, received = (MovableClock(start).move(seconds) for seconds in (typed_s, received_s))
    pen.clock.set(received)
    assert code(pen.write(1, typed_at=typed)) == becomes
    assert len(held(pen)) == (becomes == "saved")
    assert aside(pen) == ([] if becomes == "saved" else [("too_late", 1)])


@pytest.mark.parametrize(
    ("late_s", "is_borne_out", "becomes"),
    [(10, False, "saved"), (10.1, False, "delivery.too_late"), (120, True, "saved")],
)
def test_what_comes_late_needs_a_tick_that_bears_it_out(pen: Pen, late_s: float, is_borne_out: bool, becomes: str) -> None:
    deadline = MovableClock(pen.clock()).move(3600)
    pen.clock.set(MovableClock(deadline).move(late_s))
    assert code(pen.write(1, typed_at=deadline, is_borne_out=is_borne_out)) == becomes


@pytest.mark.parametrize(
    ("heard_s", "left_s", "becomes"),
    [
        (60, None, "delivery.too_late"),  # the line is still there: it was good half a minute ago, and did not bring it
        (0, None, "saved"),  # its process is gone: nobody knows
        (60, 50, "delivery.too_late"),  # the page hung up 50 s after the deadline, and came back
        (60, 39, "saved"),  # its network may have been gone since before it was typed
    ],
)
def test_no_tick_bears_out_what_a_good_line_would_have_brought(pen: Pen, heard_s: float, left_s: float | None, becomes: str) -> None:
    deadline = MovableClock(pen.clock()).move(3600)
    if left_s is not None:
        with pen.database.unit(SYSTEM, MovableClock(deadline).move(left_s)) as unit:
            presence.leave(unit, pen.attempt, pen.epoch)
    now = MovableClock(deadline).move(60)
    presence.heartbeat(pen.database, "srv_test", MovableClock(deadline).move(heard_s))
    pen.clock.set(now)
    assert code(pen.write(1, typed_at=deadline)) == becomes


def test_after_the_hand_in_the_journal_is_frozen(pen: Pen) -> None:
    pen.write(1)
    with pen.database.unit(SYSTEM, pen.clock()) as unit:
        submitting.hand_in(unit, pen.attempt, pen.epoch, 1)
    assert code(pen.write(2)) == "delivery.closed"
    assert code(pen.write(1)) == "saved"  # it is: a repeat of what counts
    assert [seq for _, seq, _ in held(pen)] == [1]
    assert aside(pen) == [("closed", 2)]
    row = look(pen.database, pen.attempt)
    with pen.database.reading() as session:
        assert (row.entries, row.head) == queries.chain_end(session, pen.attempt)


# --- several processes


def test_two_processes_extend_one_chain(pen: Pen) -> None:
    other = Journal(pen.database, pen.clock, window_ms=0, group_max=100)
    mine = pen.journal
    for seq in range(1, 9):
        pen.journal = other if seq % 2 else mine
        assert code(pen.write(seq)) == "saved"
    assert [pos for pos, _, _ in held(pen)] == list(range(1, 9))


def test_a_head_that_moved_while_the_group_was_under_way_costs_a_second_try_and_no_neighbour(
    pen: Pen, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbour = Pen.of(pen.database, clock, started(pen.database, clock(), candidate="acc_2"))
    neighbour.journal = pen.journal
    pen.write(1)
    stale = dict(pen.journal._heads)
    pen.journal = Journal(pen.database, clock, window_ms=0, group_max=100)
    pen.write(2)
    pen.journal = neighbour.journal
    pen.journal._heads.update(stale)
    # what another process commits between this one's check and its write is invisible to the check: take the check away
    with _without(
        "NOT EXISTS (SELECT 1 FROM journal j WHERE j.paper = a.paper AND j.attempt = r.attempt AND j.pos >= r.first_pos)",
        "1 = 1",
        monkeypatch,
    ):
        saves = [neighbour.queue(1), pen.queue(3), neighbour.queue(2)]
        pen.journal.flush()
    assert [code(save.outcome) for save in saves if save.outcome] == ["saved"] * 3
    assert [seq for _, seq, _ in held(pen)] == [1, 2, 3]
    assert [seq for _, seq, _ in held(neighbour)] == [1, 2]


# --- when something breaks


@contextmanager
def _cut_before_the_write(database: Database) -> Iterator[None]:
    """Lose the connection as the group's rows go out: on PostgreSQL the server really ends it."""
    is_cut = False

    def cut(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        nonlocal is_cut
        if is_cut or "INSERT INTO journal" not in statement:
            return
        is_cut = True
        if database.is_sqlite:
            raise OperationalError(statement, {}, Exception("disk I/O error"))
        number = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]  # psycopg's
        with database.reading() as session:
            session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": number})

    event.listen(database.engine, "before_cursor_execute", cut)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", cut)


class _Deaf:
    """A database whose commits arrive, and whose confirmations get lost on the way back."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def unit(self, actor: Actor, now: datetime) -> Iterator[Unit]:
        with self._database.unit(actor, now) as unit:
            yield unit
        raise OperationalError("COMMIT", {}, Exception("connection lost"))


def test_a_failed_group_fails_its_own_answers_and_nothing_else(pen: Pen) -> None:
    pen.write(1)
    with _cut_before_the_write(pen.database):
        lost = pen.write(2)
    assert isinstance(lost, ExamError)
    assert (lost.kind.code, lost.kind.retryable) == ("core.busy", True)
    assert [seq for _, seq, _ in held(pen)] == [1]
    assert code(pen.write(3)) == "saved"
    assert code(pen.write(2)) == "saved"
    assert [seq for _, seq, _ in held(pen)] == [1, 3, 2]


def test_a_commit_whose_confirmation_was_lost_is_found_by_the_repeat(pen: Pen) -> None:
    sound = pen.journal._database
    pen.journal._database = _Deaf(sound)  # type: ignore[assignment]  # a database as far as the journal sees
    assert code(pen.write(1)) == "core.busy"
    pen.journal._database = sound
    assert code(pen.write(1)) == "saved"
    assert code(pen.write(2)) == "saved"
    assert [seq for _, seq, _ in held(pen)] == [1, 2]


def test_what_does_not_fit_the_queue_is_refused_with_a_time_to_come_back(pen: Pen) -> None:
    pen.journal = Journal(pen.database, pen.clock, window_ms=0, group_max=100, capacity=3)
    for seq in (1, 2, 3):
        pen.queue(seq)
    with pytest.raises(ExamError) as busy:
        pen.queue(4)
    assert busy.value.kind.code == "core.busy"
    assert busy.value.fields["retry_after_s"] > 0
    pen.journal.flush()
    assert code(pen.write(4)) == "saved"


def test_one_page_cannot_fill_the_queue(pen: Pen) -> None:
    for seq in range(1, PER_ATTEMPT + 1):
        pen.queue(seq)
    with pytest.raises(ExamError):
        pen.queue(PER_ATTEMPT + 1)
    pen.journal.drain(pen.attempt)
    assert len(held(pen)) == PER_ATTEMPT


def test_a_page_that_cannot_be_told_does_not_stop_the_others(pen: Pen) -> None:
    def broken(_save: object) -> None:
        raise RuntimeError("this page is gone")

    first, second = pen.queue(1), pen.queue(2)
    first.settle = broken
    pen.journal.flush()
    assert second.outcome == pen.clock()


# --- controls: without its guard, each of these goes wrong


@contextmanager
def _without(guard: str, instead: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patch:
        for name in ("_POSTGRESQL", "_SQLITE_TAKEN"):
            statement = getattr(fast_way, name)
            assert guard in statement
            patch.setattr(fast_way, name, statement.replace(guard, instead))
        yield


def test_control_without_the_epoch_an_older_page_writes(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    connect(pen.database, pen.clock(), pen.attempt)
    with _without("a.epoch = r.epoch", "1 = 1", monkeypatch):
        assert code(pen.write(1)) == "saved"


def test_control_without_the_state_a_closed_attempt_is_written(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    with pen.database.unit(SYSTEM, pen.clock()) as unit:
        submitting.hand_in(unit, pen.attempt, pen.epoch, 0)
    with _without("a.state = 'running'", "1 = 1", monkeypatch):
        assert code(pen.write(1)) == "saved"


def test_control_without_the_deadline_late_answers_count(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    pen.clock.move(7200)
    with _without("r.last_received <= a.deadline_at", "1 = 1", monkeypatch):
        assert code(pen.write(1)) == "saved"


def test_control_without_the_late_policy_late_answers_count(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    pen.clock.move(7200)
    monkeypatch.setattr(slow_way, "judge", lambda *_, **__: Verdict.ACCEPT)
    assert code(pen.write(1)) == "saved"


def test_control_without_looking_for_repeats_the_slow_way_meets_the_database(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    pen.write(1)
    monkeypatch.setattr(slow_way, "_held", lambda *_: {})
    assert code(pen.write(1)) == "core.busy"  # refused by the database's own key: even then nothing is kept twice
    assert [seq for _, seq, _ in held(pen)] == [1]


def test_the_fast_way_and_the_late_policy_agree(pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the statement takes, the policy accepts: the statement holds a subset of the policy and nothing of its own."""
    judged: list[Verdict] = []
    honest = slow_way.judge

    def listening(*arguments: Any, **named: Any) -> Verdict:
        judged.append(honest(*arguments, **named))
        return judged[-1]

    monkeypatch.setattr(slow_way, "judge", listening)
    deadline: datetime | None = look(pen.database, pen.attempt).deadline_at
    assert deadline is not None
    pen.write(1, received_at=deadline, typed_at=deadline)
    assert (judged, len(held(pen))) == ([], 1)
    pen.write(2, received_at=MovableClock(deadline).move(0.001), typed_at=deadline)
    assert (judged, len(held(pen))) == ([Verdict.ACCEPT], 2)
    assert iso(deadline).endswith("Z")
