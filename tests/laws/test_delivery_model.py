"""Any sequence of what can happen to one attempt, beside a model of its own: state, ledger, leases, journal and late policy agree.

The model is written from the rules in words and shares no code with the engine but the names of states.  A short run is part of the suite;
`KAOCHANG_SEQUENCES=5000 pytest tests/laws/test_delivery_model.py` runs so many sequences on each database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from core.actor import Actor, Role
from core.errors import ExamError
from core.unit import Database
from delivery import accommodating, jobs, opening, presence, queries, submitting
from delivery.chain import find_break
from delivery.deadline import Timing
from delivery.gates import Admitted
from delivery.journal import Journal
from delivery.saves import Save
from tests.make.attempt_model import DURATION, EARLY, ON_ITS_WAY, WINDOW, Model, Refused, span
from tests.make.clock import START, MovableClock
from tests.make.delivery import Pen, connect, look, scheduled, see

SEQUENCES = int(os.environ.get("KAOCHANG_SEQUENCES", "40"))
STEPS = 20
STAFF = tuple(Actor(f"acc_staff_{n}", frozenset({Role.INVIGILATOR, Role.OFFICE})) for n in (1, 2))

_papers = count()


class Attempt(RuleBasedStateMachine):
    """One attempt and its model, and two processes that write to it in turn."""

    database: Database  # given by the test

    @initialize(timing=st.sampled_from(Timing), begun=st.sampled_from([True, True, False]))
    def begin(self, timing: Timing, begun: bool) -> None:
        self.clock = MovableClock(START)
        starts_at = START + span(EARLY)
        self.model = Model(timing is Timing.FULL_TIME, starts_at)
        paper = f"pap_model_{next(_papers)}"
        planned = {"paper": paper, "starts_at": starts_at, "timing": timing, "duration_s": DURATION, "late_window_s": WINDOW}
        self.attempt = scheduled(self.database, START, **planned)
        journals = [Journal(self.database, self.clock, window_ms=0, group_max=most) for most in (100, 3)]
        self.pens = [Pen(self.database, self.clock, self.attempt, 0, journal) for journal in journals]
        if begun:
            self.wait(EARLY)
            self.start()
            self.connect()

    @contextmanager
    def _alike(self) -> Iterator[list[str]]:
        """Let the model act inside; yields where the engine's refusal goes.  Both refuse with the same code, or neither does."""
        before, told, expected = deepcopy(self.model), [], ""
        try:
            yield told
        except Refused as refused:
            expected, self.model = str(refused), before
        assert "".join(told) == expected

    def _do(self, told: list[str], command: object, *given: object, actor: Actor = STAFF[0]) -> None:
        try:
            with self.database.unit(actor, self.clock()) as unit:
                command(unit, self.attempt, *given)  # type: ignore[operator]  # commands take different things
        except ExamError as error:
            told.append(error.kind.code)

    @rule(seconds=st.sampled_from([1, EARLY, 600, 1800]))
    def wait(self, seconds: int) -> None:
        self.clock.move(seconds)

    @precondition(lambda self: self.model.deadline is not None)
    @rule(after=st.sampled_from([0, 1, ON_ITS_WAY, ON_ITS_WAY + 1, WINDOW // 2, WINDOW, WINDOW + 1]))
    def wait_for_the_end(self, after: int) -> None:
        """Go to a moment about the deadline, where the rules differ."""
        assert self.model.deadline
        self.clock.set(max(self.clock(), self.model.deadline + span(after)))

    @rule()
    def start(self) -> None:
        with self._alike() as told:
            self._do(told, opening.start, lambda _session, _attempt: Admitted())
            self.model.start(self.clock())

    @rule()
    def connect(self) -> None:
        epoch = connect(self.database, self.clock(), self.attempt)
        self.model.connect(self.clock())
        assert epoch == self.model.epoch

    @rule()
    def lose_the_line(self) -> None:
        with self.database.unit(STAFF[0], self.clock()) as unit:
            presence.leave(unit, self.attempt, self.model.epoch)
        self.model.leave(self.clock())

    @rule()
    def live_on(self) -> None:
        """Let the process that holds the lines give a sign of life."""
        presence.heartbeat(self.database, "srv_test", self.clock())
        self.model.seen_at = self.clock()

    @rule(seconds=st.sampled_from([60, 300, 1800]))
    def extend(self, seconds: int) -> None:
        with self._alike() as told:
            self._do(told, accommodating.extend, seconds, "law")
            self.model.extend(self.clock(), seconds)

    @rule()
    def pause(self) -> None:
        with self._alike() as told:
            self._do(told, accommodating.pause, "law")
            self.model.pause(self.clock())

    @rule()
    def resume(self) -> None:
        with self._alike() as told:
            self._do(told, accommodating.resume, "law")
            self.model.resume(self.clock())

    @rule(behind=st.sampled_from([0, 0, 1]))
    def hand_in(self, behind: int) -> None:
        epoch = self.model.epoch - behind
        with self._alike() as told:
            self._do(told, submitting.hand_in, epoch, 0)
            self.model.hand_in(self.clock(), epoch)

    @rule(what=st.sampled_from(["reopen", "reopen", "void"]), who=st.sampled_from(STAFF))
    def agree(self, what: str, who: Actor) -> None:
        with self._alike() as told:
            if what == "reopen":
                self._do(told, accommodating.reopen, 600, "law", actor=who)
            else:
                self._do(told, accommodating.void, "law", actor=who)
            self.model.agree(self.clock(), what, who.account)

    @rule(version=st.integers(0, 4))
    def acknowledge(self, version: int) -> None:
        with self._alike() as told:
            self._do(told, see, version)
            self.model.acknowledge(version)

    @rule()
    def sweep(self) -> None:
        jobs.sweep_deadlines(self.database, self.clock())
        self.model.keep_time(self.clock())

    @precondition(lambda self: self.model.epoch)
    @rule(
        process=st.sampled_from([0, 1]),
        behind=st.sampled_from([0, 0, 0, 1]),
        ticked=st.booleans(),
        sent=st.lists(
            st.tuples(st.integers(1, 8), st.sampled_from("ABC"), st.sampled_from([0, 0, WINDOW // 2, WINDOW, 4000])), min_size=1, max_size=4
        ),
    )
    def write(self, process: int, behind: int, ticked: bool, sent: list[tuple[int, str, int]]) -> None:
        """Send a group from one page; of two pages in one group, the older one may find its answer held already by the newer."""
        pen, now, epoch = self.pens[process], self.clock(), max(0, self.model.epoch - behind)
        saves: list[Save] = []
        expected = []
        for seq, letter, ago_s in sent:
            typed_at, value = now - span(ago_s), f'"{letter}"'
            saves.append(pen.queue(seq, value, epoch=epoch, typed_at=typed_at, is_borne_out=ticked))
            expected.append(self.model.write(now, seq, value, epoch, typed_at, ticked))
        pen.journal.flush()
        told = [save.outcome.kind.code if isinstance(save.outcome, ExamError) else "saved" for save in saves]
        assert told == expected

    @invariant()
    def the_attempt_is_as_the_model_says(self) -> None:
        row, model = look(self.database, self.attempt), self.model
        assert (row.state, row.epoch, row.deadline_at, row.deadline_version, row.deadline_acked) == (
            model.state,
            model.epoch,
            model.deadline,
            model.version,
            model.acked_version,
        )

    def teardown(self) -> None:
        if not hasattr(self, "attempt"):
            return
        row = look(self.database, self.attempt)
        with self.database.reading() as session:
            links = queries.journal_of(session, self.attempt)
            aside = {(row.seq, row.value, row.typed_at): row.reason for row in queries.quarantine_of(session, self.attempt)}
            numbers = [event.n for event in queries.events_since(session, self.attempt, 0)]
        assert len(links) == len(self.model.held), "each number once"
        assert {link.entry.seq: link.entry.value for link in links} == self.model.held
        assert aside == self.model.aside, "nothing that was refused for good has vanished"
        assert find_break(self.attempt, links) is None
        assert numbers == list(range(1, row.event_n + 1))
        if row.state == "submitted":
            assert row.entries == len(links)
            assert row.head == (links[-1].hash if links else row.head)


def test_any_sequence_ends_as_the_model_says(database: Database) -> None:
    _run(Attempt, database, SEQUENCES)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("known", "ago_s", "late_s"),
    [("end", 0, 1), ("would_have_come", 60, 60)],
    ids=["a model that knows no lateness", "a model that believes every tick"],
)
def test_control_a_model_that_does_not_know_a_rule_disagrees(
    database: Database, monkeypatch: pytest.MonkeyPatch, known: str, ago_s: int, late_s: int
) -> None:
    Attempt.database = database
    attempt = Attempt()
    attempt.begin(Timing.COMMON_END, True)
    attempt.wait_for_the_end(late_s)
    attempt.live_on()
    attempt.write(0, 0, True, [(1, "A", ago_s)])
    if known == "end":
        honest = Model.write
        monkeypatch.setattr(Model, "write", lambda model, now, *sent: honest(model, min(now, model.end or now), *sent))
    else:
        monkeypatch.setattr(Model, "would_have_come", lambda *_: False)
    with pytest.raises(AssertionError):
        attempt.write(0, 0, True, [(2, "A", ago_s)])


def _run(machine: type[Attempt], database: Database, sequences: int) -> None:
    machine.database = database
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=sequences, stateful_step_count=STEPS, deadline=None, suppress_health_check=checks),
    )
