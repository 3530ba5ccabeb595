"""Who may mark, who is watched and how: qualification, seeds among live scripts, the automatic pause, re-readings, annotations."""

from decimal import Decimal

import pytest

from core.actor import Actor
from core.unit import Database
from scoring import chief, chief_desk, marking, marking_queue, queries
from scoring.annotations import Annotation
from scoring.marking import AGAIN_AFTER
from scoring.marking_queue import BlindTask
from scoring.tables import TaskRow
from tests.make.clock import MovableClock
from tests.make.marking import CHIEF, PAPER, Room, refusal

ANN, BOB = "acc_ann", "acc_bob"
QUALIFY = {"qualification": {"share": "0.75", "within": 1, "bias": 1}}
SEEDED = {"seed_every": 1, "seed_tolerance": 1, "misses": 2, "of": 3}


@pytest.fixture
def room(database: Database, clock: MovableClock) -> Room:
    return Room(database, clock)


def seeded(room: Room, scripts: int = 6, seeds: int = 6, **quality: int) -> list[str]:
    """Let candidates hand in, and keep seeds that are worth five; return the attempts."""
    attempts = [room.script(f"acc_c{n}", f"Live {n}.") for n in range(scripts)]
    room.set_up({}, {**SEEDED, **quality})
    for n in range(seeds):
        room.sample("seed", f"Planted {n}.", 5)
    return attempts


def qualify(room: Room, marker: str, *apart: int) -> list[BlindTask]:
    """Keep scripts to qualify by, and mark each so far apart from its agreed mark; return the tasks."""
    agreed = {f"Trial {n}.": 4 + n % 3 for n in range(len(apart))}
    for text, marks in agreed.items():
        room.sample("trial", text, marks)
    tasks = []
    for difference in apart:
        tasks.append(room.take(marker))
        room.give(marker, tasks[-1].id, agreed[tasks[-1].answer] + difference)
    return tasks


def is_seed(room: Room, task: str) -> bool:
    return next(row.purpose for row in room.rows(TaskRow) if row.id == task) == "seed"


def work(room: Room, marker: str, live: int, seed: int, most: int = 99) -> list[bool]:
    """Mark on until nothing is handed out; live scripts and seeds as said.  Return which were seeds."""
    given = []
    for _ in range(most):
        with room.database.unit(Actor(marker), room.clock()) as unit:
            if not marking_queue.count_free(unit.session, marker, unit.now) and not queries.held_by(unit.session, PAPER, marker):
                break
        task = room.take(marker)
        given.append(is_seed(room, task.id))
        room.give(marker, task.id, seed if given[-1] else live)
        if room.staff(marker).state != "working":
            break
    return given


def test_nobody_marks_live_before_qualifying(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({}, QUALIFY)
    assert refusal(room.take, ANN) == "scoring.not_qualified"  # there is nothing yet to qualify by
    tasks = qualify(room, ANN, 0, 1, 0, -1)
    assert {task.phase for task in tasks} == {"qualification"}
    assert room.staff(ANN).state == "working"
    live = room.mark(ANN, 7)
    assert (live.phase, room.marks(attempt)) == ("live", 7)
    assert [row.purpose for row in room.readings(ANN)] == ["trial"] * 4 + ["first"]


def test_who_does_not_qualify_marks_nothing_until_the_chief_says_so(room: Room) -> None:
    room.script("acc_1")
    room.set_up({}, QUALIFY)
    qualify(room, ANN, 0, 0, -3, -3)
    assert room.staff(ANN).state == "failed"
    assert "50%" in room.staff(ANN).reason
    assert refusal(room.take, ANN) == "scoring.not_qualified"
    room.staff_act("requalify", ANN)
    assert refusal(room.take, ANN) == "scoring.not_qualified"  # all have been seen
    for n in range(4):
        room.sample("trial", f"Again {n}.", 5)
    for _ in range(4):
        assert room.mark(ANN, 5).phase == "qualification"
    assert room.mark(ANN, 5).phase == "live"


def test_seeds_come_among_live_scripts_and_count_for_nobody(room: Room) -> None:
    attempts = seeded(room, scripts=4, seeds=3)
    given = work(room, ANN, live=6, seed=5)
    assert (given.count(False), given.count(True)) == (4, 3)
    assert {room.marks(attempt) for attempt in attempts} == {Decimal(6)}
    assert room.staff(ANN).state == "working"


def test_who_had_a_script_as_a_seed_is_not_handed_the_script_itself(room: Room) -> None:
    """One text under two names would tell that one of them was a seed; and the second reading would not be a first look."""
    room.script("acc_1", "Other.")
    room.set_up({}, SEEDED)
    room.mark(ANN, 6)
    attempt = room.script("acc_2", "Both.")
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        chief.keep_sample(unit, room.part(attempt).id, "seed", {"c1": Decimal(5)}, "agreed")
    seed = room.mark(ANN, 5)
    assert (seed.answer, is_seed(room, seed.id)) == ("Both.", True)
    assert refusal(room.take, ANN) == "scoring.no_task"
    assert room.marks(attempt) is None
    assert room.mark(BOB, 7).answer == "Both."
    assert room.marks(attempt) == 7


def test_a_marker_is_paused_after_misses_and_what_was_marked_since_goes_back(room: Room) -> None:
    attempts = seeded(room, scripts=30, seeds=30, seed_every=2)
    work(room, ANN, live=6, seed=5, most=12)
    held_good = [row.script for row in room.readings(ANN) if row.purpose == "first"]
    last_good = max(row.id for row in room.readings(ANN) if row.purpose == "seed")
    since = [row.script for row in room.readings(ANN) if row.purpose == "first" and row.id > last_good]
    given = work(room, ANN, live=9, seed=9)
    assert given.count(True) == 2
    assert room.staff(ANN).state == "paused"
    assert "最近 3 份种子卷中 2 份偏离" in room.staff(ANN).reason
    assert refusal(room.take, ANN) == "scoring.marker_paused"
    back = {room.part(attempt).id for attempt in attempts if room.marks(attempt) is None}
    doubted = {row.script for row in room.readings(ANN) if row.purpose == "first" and row.id > last_good}
    assert doubted <= back
    assert set(held_good) - set(since) == {room.part(attempt).id for attempt in attempts if room.marks(attempt) is not None}
    work(room, BOB, live=6, seed=5)
    assert {room.marks(attempt) for attempt in attempts} == {Decimal(6)}
    assert len([row for row in room.readings(ANN) if row.marks == 9 and row.purpose == "first"]) == len(given) - 2  # kept in the file


def test_who_was_paused_goes_on_when_the_chief_says_so_and_old_misses_are_past(room: Room) -> None:
    seeded(room, scripts=20, seeds=12)
    work(room, ANN, live=5, seed=9)
    assert room.staff(ANN).state == "paused"
    room.staff_act("resume", ANN)
    missed = 0
    while missed < 1:
        task = room.take(ANN)
        missed += is_seed(room, task.id)
        room.give(ANN, task.id, 9 if is_seed(room, task.id) else 5)
    assert room.staff(ANN).state == "working"


def test_control_without_the_rule_nobody_is_paused(room: Room) -> None:
    seeded(room, scripts=8, seeds=8, seed_tolerance=10)
    work(room, ANN, live=5, seed=10)
    assert room.staff(ANN).state == "working"


def test_the_pause_of_one_of_two_readers_lifts_the_mean_and_the_other_s_mark_stays(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "1+1", "tolerance": 3}, SEEDED)
    for n in range(3):
        room.sample("seed", f"Planted {n}.", 5)
    room.mark(BOB, 5)
    first = room.take(ANN)
    room.give(ANN, first.id, 7)
    assert room.marks(attempt) == 6
    room.script("acc_2")
    while room.staff(ANN).state == "working":
        room.mark(ANN, 10)
    assert room.marks(attempt) is None
    assert sorted(room.tasks(attempt).values()) == ["marked", "open"]
    room.mark("acc_cid", 5)
    assert room.part(attempt).state in ("final", "marking")
    assert [row.marks for row in room.readings(BOB)] == [5]


def test_a_rereading_comes_later_unannounced_and_counts_for_nothing(room: Room) -> None:
    attempts = [room.script(f"acc_c{n}", f"Live {n}.") for n in range(AGAIN_AFTER + 4)]
    room.set_up({"remark_rate": 1})
    given = [room.mark(ANN, 6) for _ in range(AGAIN_AFTER + 1)]
    again = next(task for task in (room.mark(ANN, 9) for _ in range(3)) if task.answer in {one.answer for one in given})
    before = next(one for one in given if one.answer == again.answer)
    assert again.code != before.code
    assert again.draft is None
    assert vars(again).keys() == vars(before).keys()
    assert again.phase == "live"
    part = next(room.part(attempt) for attempt in attempts if room.part(attempt).answer == again.answer)
    assert room.marks(part.attempt) == 6
    with room.database.reading() as session:
        (marker,) = chief_desk.desk(session, PAPER, room.clock(), {}, {})["markers"]
    assert marker["rereadings"]["mean"] == 3.0


def test_annotations_lie_beside_the_answer_and_within_it(room: Room) -> None:
    room.script("acc_1", "一二三四五")
    task = room.take(ANN)
    wrong = Annotation(start=1, end=6, kind="wrong")
    right = Annotation(start=0, end=5, kind="right", note="好")
    with room.database.unit(Actor(ANN), room.clock()) as unit:
        assert refusal(marking.give_mark, unit, task.id, {"c1": Decimal(5)}, "", [wrong]) == "scoring.mark_invalid"
    with room.database.unit(Actor(ANN), room.clock()) as unit:
        marking.give_mark(unit, task.id, {"c1": Decimal(5)}, "", [right])
    assert room.readings()[0].annotations == [{"start": 0, "end": 5, "kind": "right", "note": "好"}]


def test_exemplars_are_shown_with_their_marks_to_who_holds_a_task_of_the_item(room: Room) -> None:
    room.script("acc_1")
    room.sample("exemplar", "A model.", 10)
    task = room.take(ANN)
    assert task.exemplars == 1
    with room.database.reading() as session:
        (shown,) = marking_queue.exemplars(session, ANN, task.id)
        assert (shown.answer, shown.marks, shown.note) == ("A model.", 10, "agreed by the board")
        assert refusal(marking_queue.exemplars, session, BOB, task.id) == "scoring.task_not_yours"


def test_an_exemplar_is_shown_only_once_its_script_has_its_own_mark(room: Room) -> None:
    kept, *_others = [room.script(f"acc_{n}", f"Script {n}.") for n in range(4)]
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        chief.keep_sample(unit, room.part(kept).id, "exemplar", {"c1": Decimal(7)}, "agreed by the board")
    shown = []
    for _ in range(4):
        task = room.take(ANN)
        with room.database.reading() as session:
            rows = marking_queue.exemplars(session, ANN, task.id)
        assert len(rows) == task.exemplars == int(room.part(kept).state == "final")
        shown.append(bool(rows))
        room.give(ANN, task.id, 7)
    assert room.part(kept).state == "final"
    assert not shown[0]
