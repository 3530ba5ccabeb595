"""Laws of regrading on generated histories: a preview is what its commit does, and nothing is left of what is taken back.

Candidates hand in at any time; regrades are proposed, previewed, committed and taken back in any order.  A model that only knows answers
and keys says what every machine-marked place must stand at.  `KAOCHANG_REGRADE_STEPS` makes the histories longer.
"""

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from core.base import Base
from core.errors import ExamError
from core.unit import Database, Unit
from scoring import regrade, regrade_preview
from scoring.changes import Change, rules
from scoring.tables import MarkRow, ScoreRow, ScriptRow
from tests.make import exam
from tests.make.clock import MovableClock
from tests.make.regrading import FIRST, SECOND, Sat
from tests.make.tables import make_tables

STEPS = int(os.environ.get("KAOCHANG_REGRADE_STEPS", "8"))
FULL = {"1": Decimal(2), "3": Decimal(1)}
OPTIONS = {"1": "ABCD", "3": "AB"}


def changes() -> st.SearchStrategy[dict[str, Any]]:
    def of(place: str) -> st.SearchStrategy[dict[str, Any]]:
        keyed = st.builds(
            lambda act, option: {"place": place, "act": act, "correct": [option]},
            st.sampled_from(["new_key", "also_accept"]),
            st.sampled_from(OPTIONS[place]),
        )
        dropped = st.sampled_from(["off_maximum", "marks_to_all"]).map(lambda how: {"place": place, "act": "drop", "dropped": how})
        return keyed | st.just({"place": place, "act": "full_marks"}) | dropped

    return st.sampled_from(list(FULL)).flatmap(of)


class Regrading(RuleBasedStateMachine):
    """A paper that is sat and regraded; `world` is everything that counts, before each regrade that nothing has happened since."""

    database: Database
    form = ""

    @initialize()
    def begin(self) -> None:
        with self.database.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
        self.sat = Sat(self.database, MovableClock())
        self.answers: dict[str, dict[str, str]] = {}
        self.in_force: list[tuple[str, list[Change]]] = []
        self.waiting: list[str] = []
        self.proposed: dict[str, list[Change]] = {}
        self.undo: tuple[str, dict[Any, Any]] | None = None
        self.marks: dict[int, tuple[Any, Any]] = {}
        self.hand_in("A", "B")

    @rule(one=st.sampled_from("ABCD"), three=st.sampled_from("AB"))
    def hand_in(self, one: str, three: str) -> None:
        given = {"1": one, "3": three}
        self.answers[self.sat.sit(f"acc_{len(self.answers)}", given)] = given
        self.undo = None

    @rule(made=st.lists(changes(), min_size=1, max_size=2, unique_by=lambda change: change["place"]))
    def propose(self, made: list[dict[str, Any]]) -> None:
        name = self.sat.propose(*made)
        self.proposed[name] = [Change.model_validate(change) for change in made]
        self.waiting.append(name)

    @precondition(lambda self: self.in_force)
    @rule(data=st.data())
    def propose_reversal(self, data: st.DataObject) -> None:
        self.waiting.append(self.sat.propose_reversal(data.draw(st.sampled_from([name for name, _ in self.in_force]))))

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        self._commit(data.draw(st.sampled_from(self.waiting)))

    def _commit(self, name: str) -> None:
        before, row = self.sat.standing(), self.sat.row(name)
        with pytest.raises(ExamError, match="same_person"):
            self.sat.commit(name, FIRST)
        try:
            self.sat.commit(name, SECOND)
        except ExamError as refused:
            code = refused.kind.code
        else:
            code = ""
        if code:
            assert code == "scoring.preview_outdated"
            assert self.sat.standing() == before
            self._see_again(name)
            return
        self._check_as_previewed(name, before, row.preview)
        self._take_effect(name, row.reverses, before)

    def _see_again(self, name: str) -> None:
        """Preview anew."""
        with self.database.unit(FIRST, self.sat.clock()) as unit:
            regrade.ask_again(unit, name)
        self.sat.preview()

    def _check_as_previewed(self, name: str, before: dict[Any, Any], preview: Any) -> None:
        after, told = self.sat.standing(), self.sat.previewed(name)
        for key, value in after.items():
            if isinstance(key, tuple):
                assert value[:2] == told.get(key, before[key][:2])
        totals: dict[str, int] = {}
        for row in self.sat.rows(ScriptRow):
            if row.marks is not None:
                totals[str(row.marks)] = totals.get(str(row.marks), 0) + 1
        assert preview["totals"]["after"] == totals

    def _take_effect(self, name: str, reverses: str | None, before: dict[Any, Any]) -> None:
        self.waiting.remove(name)
        if reverses is None:
            self.in_force.append((name, self.proposed[name]))
            self.undo = (name, before)
            return
        if self.undo and self.undo[0] == reverses:
            assert self.sat.standing() == self.undo[1]
        self.undo = None
        self.in_force = [entry for entry in self.in_force if entry[0] != reverses]
        self.waiting = [other for other in self.waiting if self.sat.row(other).reverses != reverses]

    @invariant()
    def every_place_stands_at_what_answers_and_rules_say(self) -> None:
        if not hasattr(self, "sat"):
            return
        found = rules(self.in_force)
        for row in self.sat.rows(ScoreRow):
            if row.place in FULL:
                assert (row.marks, row.max_marks) == self._expected(found.get(row.place), row.place, self.answers[row.attempt][row.place])

    def _expected(self, ruled: Any, place: str, answer: str) -> tuple[Decimal, Decimal]:
        full = FULL[place]
        if ruled is not None and ruled.gives == "off_maximum":
            return Decimal(0), Decimal(0)
        if ruled is not None and ruled.gives == "full_marks":
            return full, full
        accepted = {exam.RIGHT[place]} if ruled is None else {change.correct[0] if change else exam.RIGHT[place] for change in ruled.keys}
        return (full if answer in accepted else Decimal(0)), full

    @invariant()
    def marks_are_only_added_and_totals_add_up(self) -> None:
        if not hasattr(self, "sat"):
            return
        marks = {row.id: (row.marks, row.reason) for row in self.sat.rows(MarkRow)}
        assert {name: marks.get(name) for name in self.marks} == self.marks
        self.marks = marks
        scores = self.sat.rows(ScoreRow)
        for script in self.sat.rows(ScriptRow):
            own = [row for row in scores if row.attempt == script.attempt]
            assert script.max_marks == sum(row.max_marks for row in own)
            assert script.marks == sum(row.marks for row in own)


def test_histories_of_regrades(database: Database) -> None:
    machine = type("Machine", (Regrading,), {"database": database})
    quiet = settings(max_examples=6, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=quiet)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Regrading]:
    """Return a room on which one wrong answer waits to be given full marks."""
    address = f"sqlite:///{tmp_path / 'house.sqlite'}"
    make_tables(address)
    database = Database(address)
    room = type("Machine", (Regrading,), {"database": database})()
    room.begin()
    room.hand_in("B", "B")
    room.propose([{"place": "1", "act": "full_marks"}])
    yield room
    database.engine.dispose()


def test_control_one_person_alone_is_seen(room: Regrading, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = regrade.commit

    def blind(unit: Unit, *rest: Any) -> int:
        unit.actor = SECOND
        return honest(unit, *rest)

    monkeypatch.setattr(regrade, "commit", blind)
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        room._commit(room.waiting[0])


def test_control_an_outdated_preview_that_is_committed_is_seen(room: Regrading, monkeypatch: pytest.MonkeyPatch) -> None:
    room.hand_in("C", "B")
    monkeypatch.setattr(regrade, "digest_of", lambda _session, row, *_: row.digest)
    with pytest.raises(AssertionError):
        room._commit(room.waiting[0])


def test_control_a_reversal_that_leaves_something_is_seen(room: Regrading, monkeypatch: pytest.MonkeyPatch) -> None:
    room._commit(room.waiting[0])
    room.waiting.append(room.sat.propose_reversal(room.in_force[0][0]))
    monkeypatch.setattr(regrade.totals, "add_up_anew", lambda *_: None)
    with pytest.raises(AssertionError):
        room._commit(room.waiting[0])


def test_control_marks_that_are_changed_are_seen(room: Regrading) -> None:
    room.marks_are_only_added_and_totals_add_up()
    with room.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE marks SET marks = 1")
    with pytest.raises(AssertionError):
        room.marks_are_only_added_and_totals_add_up()


def test_control_a_commit_that_leaves_a_place_out_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = f"sqlite:///{tmp_path / 'house.sqlite'}"
    make_tables(address)
    honest = regrade_preview._Judge.changes
    monkeypatch.setattr(regrade_preview._Judge, "changes", lambda *arguments: honest(*arguments)[1:])
    database = Database(address)
    room = type("Machine", (Regrading,), {"database": database})()
    room.begin()
    for wrong in "BCD":
        room.hand_in(wrong, "B")
    room.propose([{"place": "1", "act": "full_marks"}])
    room._commit(room.waiting[0])
    with pytest.raises(AssertionError):
        room.every_place_stands_at_what_answers_and_rules_say()
    database.engine.dispose()
