"""The marking room under any sequence of acts, on both databases: no script twice to one person, none forgotten, one final mark each."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from core.actor import SYSTEM, Actor
from core.errors import ExamError
from core.unit import Database
from delivery.reading import Submission
from scoring import chief, intake, marking_queue, queue_queries, staffing
from scoring.adjudication import COUNTING, Final, Scheme, resolve
from scoring.judging import Judged
from scoring.marking_queue import LEASE
from scoring.setup import get_paper, setup_of
from scoring.tables import HoldRow, MarkRow, PartRow, ReadingRow, ScoreRow, ScriptRow, TaskRow
from tests.make.clock import MovableClock
from tests.make.marking import CHIEF, PAPER, Room

MARKERS = tuple(f"acc_m{n}" for n in range(4))
SITES = ("Hangzhou", "Ningbo")
SCHEMES: tuple[dict[str, Any], ...] = (
    {"kind": "single"},
    {"kind": "single", "second_rate": "0.5", "tolerance": 2},
    {"kind": "1+1", "tolerance": 2},
    {"kind": "1+1", "tolerance": 1, "adjudicator": "third"},
    {"kind": "2+1", "tolerance": 1},
    {"kind": "2+1+1", "tolerance": 1, "remark_rate": 1},
)
MARKS = st.integers(0, 10)
marker = st.sampled_from(MARKERS)


class MarkingRoom(RuleBasedStateMachine):
    """Candidates hand in; markers take, give, return, escalate, overstay; the chief decides, takes back, pauses and resumes."""

    database: Database
    form = ""

    @initialize(scheme=st.sampled_from(SCHEMES), seeds=st.booleans())
    def begin(self, scheme: dict[str, Any], seeds: bool) -> None:
        _empty(self.database)
        self.clock = MovableClock()
        self.room = Room(self.database, self.clock, type(self).form)
        self.room.sites = {f"acc_c{n}": SITES[n % 2] for n in range(99)}
        self.held: set[tuple[str, str]] = set()
        self.sat = 0
        self.hand_in()
        self.room.set_up(scheme, {"seed_every": 1, "misses": 2, "of": 3} if seeds else {})
        for n in range(4 if seeds else 0):
            self.room.sample("seed", f"Planted {n}.", 5)

    @rule()
    def hand_in(self) -> None:
        """Hand in what delivery would tell of; sitting it through would take the time of ten other steps."""
        self.sat += 1
        attempt, candidate, text = f"att_{self.sat}", f"acc_c{self.sat}", f"Live {self.sat}."
        submission = Submission(attempt, candidate, PAPER, self.room.form, 1, {"6": text}, self.clock(), "candidate")
        written = Judged("6", "B", Decimal(10), None, {}, text)
        with self.database.unit(SYSTEM, self.clock()) as unit:
            script = {"candidate": candidate, "paper": PAPER, "form": self.room.form, "state": "in_marking", "max_marks": Decimal(10)}
            unit.session.add(ScriptRow(attempt=attempt, submitted_at=self.clock(), **script))
            intake._write(unit, attempt, [written])
            intake._open_parts(unit, submission, [written], lambda _session, who, _paper: self.room.sites[who])

    @rule(who=marker)
    def take(self, who: str) -> None:
        if task := self._try(self.room.take, who):
            self._hold(who, task.id)

    @rule(who=marker, marks=MARKS)
    def take_and_give(self, who: str, marks: int) -> None:
        if task := self._try(self.room.take, who):
            self._hold(who, task.id)
            self.room.give(who, task.id, marks)

    def _hold(self, who: str, task: str) -> None:
        """Note who has held what; a live script is never of the site at which its marker stands when it is handed out."""
        if (who, task) in self.held:
            return
        self.held.add((who, task))
        (script,) = [row.script for row in self.room.rows(TaskRow) if row.id == task]
        sites = [part.site for part in self.room.rows(PartRow) if part.id == script]
        assert self.room.staff(who).site not in sites, "never own site"

    @precondition(lambda self: self.held)
    @rule(data=st.data(), marks=MARKS)
    def give_what_was_ever_held(self, data: st.DataObject, marks: int) -> None:
        who, task = data.draw(st.sampled_from(sorted(self.held)))
        self._try(self.room.give, who, task, marks)

    @precondition(lambda self: self.held)
    @rule(data=st.data(), end=st.sampled_from(["give_back", "escalate"]))
    def end_a_hold(self, data: st.DataObject, end: str) -> None:
        who, task = data.draw(st.sampled_from(sorted(self.held)))
        self._try(self._act, getattr(marking_queue, end), who, task)

    @rule(minutes=st.sampled_from([1, 30]))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes * 60)

    @rule(who=marker, act=st.sampled_from(["pause", "resume", "redistribute"]))
    def act_on_a_marker(self, who: str, act: str) -> None:
        self._try(self.room.staff_act, act, who)

    @rule(who=marker, site=st.sampled_from(SITES))
    def place_a_marker(self, who: str, site: str) -> None:
        self._try(self.room.staff_act, "set_site", who, site)

    @rule(marks=MARKS)
    def decide(self, marks: int) -> None:
        for part in self.room.rows(PartRow):
            self._try(self.room.decide, part.id, marks)

    @rule()
    def clear(self) -> None:
        for part in self.room.rows(PartRow):
            self._try(self._act, chief.clear, CHIEF, part.id)

    @invariant()
    def every_part_has_what_its_scheme_says(self) -> None:
        """A final part has the one mark that its readings make; every other has exactly the tasks that it still needs."""
        with self.database.reading() as session:
            scheme = setup_of(get_paper(session, PAPER)).scheme
        tasks, readings, scores = self.room.rows(TaskRow), self.room.rows(ReadingRow), self.room.rows(ScoreRow)
        marks = {row.id: row for row in self.room.rows(MarkRow)}
        for part in self.room.rows(PartRow):
            own = [task for task in tasks if task.script == part.id and task.purpose in COUNTING and task.state != "void"]
            purposes = [task.purpose for task in own]
            assert len(purposes) == len(set(purposes)), "one task for each purpose"
            given = {r.purpose: r.marks for t in own for r in readings if t.state == "marked" and (r.task, r.marker) == (t.id, t.marker)}
            assert set(given) == {task.purpose for task in own if task.state == "marked"}, "a task that is marked has its reading"
            (score,) = [row for row in scores if (row.attempt, row.place) == (part.attempt, part.place)]
            underway = {task.purpose for task in own if task.state in ("open", "leased", "waiting")}
            self._compare(part, scheme, given, score, marks, underway)

    def _compare(
        self, part: PartRow, scheme: Scheme, given: dict[Any, Decimal], score: ScoreRow, marks: dict[int, MarkRow], underway: set[str]
    ) -> None:
        outcomes = [resolve(scheme, given, scheme.tolerance_at(part.place), sampled=sampled) for sampled in (False, True)]
        if part.state == "final":
            assert score.mark_id is not None
            assert marks[score.mark_id].marks == score.marks
            assert score.marks in [outcome.marks for outcome in outcomes if isinstance(outcome, Final)]
            assert not underway
        else:
            assert score.marks is None
            if part.state == "marking":
                assert underway in [set(outcome.purposes) for outcome in outcomes if not isinstance(outcome, Final)], "none forgotten"

    @invariant()
    def nobody_has_a_script_twice_nor_of_the_own_site(self) -> None:
        purpose = {task.id: task.purpose for task in self.room.rows(TaskRow)}
        held = [(row.marker, row.script) for row in self.room.rows(HoldRow) if purpose[row.task] != "remark"]
        assert len(held) == len(set(held))
        leased = [task for task in self.room.rows(TaskRow) if task.state == "leased"]
        assert len({task.marker for task in leased}) == len(leased), "one task in hand at a time"

    @invariant()
    def readings_are_only_ever_added(self) -> None:
        now = {row.id: (row.task, row.marker, row.marks) for row in self.room.rows(ReadingRow)}
        before = getattr(self, "_before", {})
        assert before.items() <= now.items()
        self._before = now

    def teardown(self) -> None:
        """Whatever has happened: with fresh markers and a chief, everything ends, and with one mark each."""
        if not hasattr(self, "room"):
            return
        for n in range(40):
            self.clock.move(LEASE.total_seconds() * 2)
            self.clear()
            done = self._try(self.room.take, f"acc_fresh{n}")
            while done:
                self.room.give(f"acc_fresh{n}", done.id, 5)
                done = self._try(self.room.take, f"acc_fresh{n}")
            self.decide(5)
            if all(part.state == "final" for part in self.room.rows(PartRow)):
                break
        self.every_part_has_what_its_scheme_says()
        assert {part.state for part in self.room.rows(PartRow)} == {"final"}

    def _act(self, act: Any, who: str, subject: str) -> None:
        with self.database.unit(Actor(who), self.clock()) as unit:
            act(unit, subject, "because")

    def _try(self, act: Any, *arguments: Any) -> Any:
        """Act; being refused by the catalogue is an answer too."""
        try:
            return act(*arguments)
        except ExamError as error:
            if error.kind.status >= 500:
                raise
            return None


def _empty(database: Database) -> None:
    """Take away what the run before has left; the form stays."""
    with database.engine.begin() as connection:
        for table in ("tasks", "parts", "papers", "holds", "readings", "samples", "staff", "drafts"):
            connection.exec_driver_sql(f"DELETE FROM marking_{table}")
        for table in ("marks", "scores", "scripts"):
            connection.exec_driver_sql(f"DELETE FROM {table}")


@contextmanager
def _machine(database: Database, clock: MovableClock) -> Iterator[type[MarkingRoom]]:
    form = Room(database, clock).form
    yield type("Machine", (MarkingRoom,), {"database": database, "form": form})


FEW = settings(
    max_examples=10,
    stateful_step_count=16,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def test_the_marking_room_keeps_its_laws(database: Database, clock: MovableClock) -> None:
    with _machine(database, clock) as machine:
        run_state_machine_as_test(machine, settings=FEW)


def _hand_out_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    open_ones = select(TaskRow).where(TaskRow.paper == bindparam("paper"), TaskRow.state == "open").order_by(TaskRow.position).limit(1)
    monkeypatch.setattr(queue_queries, "_LOCKING", [*queue_queries._LOCKING[:-1], open_ones])


def _mark_twice(room: MarkingRoom) -> None:
    for marks in (5, 6):
        room.take_and_give(MARKERS[0], marks)
    room.nobody_has_a_script_twice_nor_of_the_own_site()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_room_that_hands_a_script_out_again_is_found(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _machine(database, clock) as machine:
        room = machine()
        room.begin({"kind": "1+1", "tolerance": 2}, False)
        _mark_twice(room)
        _hand_out_anything(monkeypatch)
        with pytest.raises((AssertionError, IntegrityError)):
            _mark_twice(room)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_room_that_forgets_a_part_is_found(database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    with _machine(database, clock) as machine:
        room = machine()
        room.begin({"kind": "single"}, False)
        room.every_part_has_what_its_scheme_says()
        monkeypatch.setattr(staffing.settling, "settle", lambda *_: None)
        room.take_and_give(MARKERS[0], 5)
        with pytest.raises(AssertionError):
            room.every_part_has_what_its_scheme_says()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_room_that_hands_out_the_own_site_is_found(
    database: Database, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _machine(database, clock) as machine:
        room = machine()
        room.begin({"kind": "single"}, False)
        room.take_and_give(MARKERS[0], 5)
        room.hand_in()  # the second candidate sits at the first site
        room.place_a_marker(MARKERS[0], SITES[0])
        room.take(MARKERS[0])
        assert len(room.held) == 1
        _hand_out_anything(monkeypatch)
        with pytest.raises(AssertionError, match="own site"):
            room.take(MARKERS[0])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_room_that_changes_a_reading_is_found(database: Database, clock: MovableClock) -> None:
    with _machine(database, clock) as machine:
        room = machine()
        room.begin({"kind": "single"}, False)
        room.take_and_give(MARKERS[0], 5)
        room.readings_are_only_ever_added()
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE marking_readings SET marks = 6")
        with pytest.raises(AssertionError):
            room.readings_are_only_ever_added()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_control_a_second_mark_that_counts_is_found(database: Database, clock: MovableClock) -> None:
    with _machine(database, clock) as machine:
        room = machine()
        room.begin({"kind": "1+1", "tolerance": 2}, False)
        room.take_and_give(MARKERS[0], 5)
        room.take_and_give(MARKERS[1], 6)
        room.every_part_has_what_its_scheme_says()
        with database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE scores SET marks = 9")
        with pytest.raises(AssertionError):
            room.every_part_has_what_its_scheme_says()
