"""Laws of the journal, on both databases: any story of pages, staff, clock and two processes that write to one attempt."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import parse_iso
from core.errors import ExamError
from core.unit import Database
from delivery import accommodating, jobs, queries, reading, submitting
from delivery.chain import find_break, genesis
from delivery.deadline import fold
from delivery.journal import Journal
from delivery.lateness import Standing, Verdict, judge
from delivery.saves import Save
from delivery.states import State
from tests.make.clock import MovableClock
from tests.make.delivery import INVIGILATOR, Pen, connect, look, started

_numbers = count()

writing = st.tuples(
    st.just("write"),
    st.integers(1, 8),  # the number
    st.sampled_from("ABC"),
    st.integers(0, 2),  # epochs behind the newest
    st.sampled_from([0, 0, 0, 700, 4000]),  # typed so many seconds ago
)
waiting = st.tuples(st.just("wait"), st.sampled_from([1, 600, 3000, 3600]))
acting = st.tuples(st.sampled_from(["flush", "connect", "pause", "resume", "extend", "sweep", "hand_in"]))
stories = st.lists(st.one_of(writing, writing, waiting, acting), min_size=6, max_size=30)


@dataclass
class Story:
    """One attempt, two processes that write to it in turn, and what became of each answer beside what the policy says of it."""

    database: Database
    clock: MovableClock
    pens: tuple[Pen, Pen]
    sent: list[tuple[Save, Verdict]] = field(default_factory=list)
    turn: int = 0

    @property
    def attempt(self) -> str:
        return self.pens[0].attempt

    def write(self, seq: int, value: str, behind: int, ago_s: int) -> None:
        pen, self.turn = self.pens[self.turn % 2], self.turn + 1
        typed_at = self.clock() - timedelta(seconds=ago_s)
        pen.queue(seq, f'"{value}"', epoch=max(1, pen.epoch - behind), typed_at=typed_at)

    def flush(self) -> None:
        row = look(self.database, self.attempt)
        standing = Standing(State(row.state), row.epoch, row.deadline_at, timedelta(seconds=row.late_window_s), row.started_at)
        for pen in self.pens:
            queued = list(pen.journal._queue)
            pen.journal.flush()
            for save in queued:
                entry = save.entry
                times = parse_iso(entry.typed_at), parse_iso(entry.received_at)
                self.sent.append((save, judge(standing, entry.epoch, *times, is_borne_out=save.is_borne_out)))

    def connect(self) -> None:
        epoch = connect(self.database, self.clock(), self.attempt)
        for pen in self.pens:
            pen.epoch = epoch

    def wait(self, seconds: int) -> None:
        self.clock.move(seconds)

    def act(self, command: Callable[..., Any], *arguments: Any) -> None:
        try:
            with self.database.unit(INVIGILATOR, self.clock()) as unit:
                command(unit, self.attempt, *arguments)
        except ExamError:
            pass  # refused by the transition table, which has its own tests

    def pause(self) -> None:
        self.act(accommodating.pause, "law")

    def resume(self) -> None:
        self.act(accommodating.resume, "law")

    def extend(self) -> None:
        self.act(accommodating.extend, 300, "law")

    def hand_in(self) -> None:
        self.act(submitting.hand_in, self.pens[0].epoch, 0)

    def sweep(self) -> None:
        jobs.sweep_deadlines(self.database, self.clock())


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(stories)
def test_nothing_acknowledged_is_lost_nothing_vanishes_and_nothing_is_wrongly_refused(database: Database, steps: list[Any]) -> None:
    clock = MovableClock()
    attempt = started(database, clock(), paper=f"pap_{next(_numbers)}")
    connect(database, clock(), attempt)  # an older page there has always been
    first = Pen.of(database, clock, attempt)
    second = Pen(database, clock, attempt, first.epoch, Journal(database, clock, window_ms=0, group_max=3))
    story = Story(database, clock, (first, second))
    for name, *arguments in steps:
        if name != "write":
            story.flush()
        getattr(story, name)(*arguments)
    story.flush()
    _check_answers(story)
    _check_attempt(story)


def _check_answers(story: Story) -> None:
    with story.database.reading() as session:
        entries = [link.entry for link in queries.journal_of(session, story.attempt)]
        aside = {(kept.seq, kept.value, kept.typed_at) for kept in reading.kept_aside(session, story.attempt)}
    held = {entry.seq: entry for entry in entries}
    assert len(held) == len(entries), "a number was kept twice"
    accepted = set()
    for save, verdict in story.sent:
        entry, there = save.entry, held.get(save.entry.seq)
        code = save.outcome.kind.code if isinstance(save.outcome, ExamError) else "saved"
        if code == "saved":
            assert there is not None, "acknowledged and lost"
            assert there.value == entry.value, "acknowledged and something else kept"
        elif code != "delivery.paused":
            assert (entry.seq, entry.value, parse_iso(entry.typed_at)) in aside, "refused and vanished"  # once, under whatever epoch
        if verdict is Verdict.ACCEPT:
            assert code == "saved" or (code == "delivery.number_taken" and there and there.value != entry.value), "wrongly refused"
            accepted.add((entry.seq, entry.value))
    assert {(entry.seq, entry.value) for entry in entries} <= accepted, "kept against the policy"


def _check_attempt(story: Story) -> None:
    row = look(story.database, story.attempt)
    with story.database.reading() as session:
        links = queries.journal_of(session, story.attempt)
        deadline = fold(queries.ledger(session, story.attempt))
        numbers = [event.n for event in queries.events_since(session, story.attempt, 0)]
    assert find_break(story.attempt, links) is None
    assert (row.deadline_at, row.deadline_version) == (deadline.instant, deadline.version)
    assert numbers == list(range(1, row.event_n + 1))
    if row.state == State.SUBMITTED:
        assert (row.entries, row.head) == (len(links), links[-1].hash if links else genesis(row.id).hash)
