"""Who is never handed a script: whose it is, who is of its site, who has seen it; and what becomes of one that is left for nobody."""

from decimal import Decimal

import pytest

from core.actor import Actor
from core.unit import Database
from scoring import chief, marking
from scoring.annotations import Annotation
from scoring.queue_queries import stuck
from scoring.setup import Setup
from tests.make.clock import MovableClock
from tests.make.marking import CHIEF, PAPER, Room, refusal

ANN, BOB, EVE = "acc_ann", "acc_bob", "acc_eve"
SEEDED = {"seed_every": 1, "misses": 9, "of": 9}
QUALIFY = {"qualification": {"share": 0, "within": 10, "bias": 10}}
PAIR = {"kind": "1+1", "tolerance": 2}


@pytest.fixture
def room(database: Database, clock: MovableClock) -> Room:
    """A room with nothing in it yet."""
    return Room(database, clock)


def look(room: Room, part: str, who: str = CHIEF) -> None:
    with room.database.unit(Actor(who), room.clock()) as unit:
        chief.note_look(unit, part)


def keep(room: Room, attempt: str, use: chief.Use, who: str = CHIEF) -> str:
    with room.database.unit(Actor(who), room.clock()) as unit:
        return chief.keep_sample(unit, room.part(attempt).id, use, {"c1": Decimal(5)}, "")


def left_over(room: Room) -> list[str]:
    with room.database.reading() as session:
        return stuck(session, PAPER)


def texts_of(room: Room, marker: str, count: int) -> set[str]:
    return {room.mark(marker, 5).answer for _ in range(count)}


@pytest.mark.parametrize("use", ["seed", "trial"])
def test_a_sample_from_a_live_script_is_not_for_whose_it_is_nor_for_its_site(room: Room, use: chief.Use) -> None:
    room.sites = {"acc_1": "Hangzhou", "acc_2": "Ningbo"}
    attempts = [room.script(name, f"of {name}") for name in ("acc_1", ANN, "acc_2", "acc_3", "acc_4")]
    for attempt in attempts[:3]:
        keep(room, attempt, use)
    room.set_up({}, SEEDED if use == "seed" else QUALIFY)
    room.staff_act("set_site", ANN, "Hangzhou")
    seen = texts_of(room, ANN, 3 if use == "seed" else 1)
    assert "of acc_2" in seen
    assert not {"of acc_1", f"of {ANN}"} & seen
    assert room.staff(ANN).state == "working"  # by the one script that she could have


def test_seeds_are_not_for_who_set_their_marks(room: Room) -> None:
    room.script("acc_1")
    room.script("acc_2")
    room.sample("seed", "seeded", 5)
    room.set_up({}, SEEDED)
    assert texts_of(room, CHIEF, 2) == {"Because."}
    room.script("acc_3")
    room.script("acc_4")
    assert texts_of(room, ANN, 2) == {"Because.", "seeded"}


def test_a_marker_is_placed_before_the_first_task_at_a_site_of_the_paper(room: Room) -> None:
    room.sites = {"acc_1": "Hangzhou"}
    room.script("acc_1")
    assert refusal(room.staff_act, "set_site", ANN, "Hangzhou X") == "scoring.site_unknown"
    room.staff_act("set_site", ANN, "Hangzhou")
    assert refusal(room.take, ANN) == "scoring.no_task"
    room.staff_act("set_site", ANN, "")
    assert room.take(ANN)


def test_who_looked_at_a_script_as_the_chief_is_not_handed_it_and_may_still_decide_it(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up(PAIR)
    room.mark(ANN, 2)
    look(room, room.part(attempt).id)
    look(room, room.part(attempt).id)
    assert refusal(room.take, CHIEF) == "scoring.no_task"
    room.mark(BOB, 9)
    assert room.decide(room.part(attempt).id, 6) == 6


def test_who_has_marked_nothing_qualifies_first_when_that_is_asked_for_later(room: Room) -> None:
    room.script("acc_1")
    room.script("acc_2")
    room.set_up(PAIR)
    room.mark(BOB, 5)
    held = room.take(ANN)
    room.sample("trial", "to qualify by", 5)
    with room.database.unit(Actor(CHIEF), room.clock()) as unit:
        chief.change_setup(unit, PAPER, Setup.model_validate({"scheme": PAIR, "quality": QUALIFY}))
    assert (room.staff(ANN).state, room.staff(BOB).state) == ("qualifying", "working")
    assert room.take(ANN).answer == "to qualify by"
    assert refusal(room.give, ANN, held.id, 5) == "scoring.task_not_yours"


def test_a_script_that_is_left_for_nobody_is_the_chiefs(room: Room) -> None:
    attempt = room.script("acc_1")
    room.set_up({"kind": "2+1", "tolerance": 0})
    assert left_over(room) == []  # nobody is at work: it waits for the first to come
    part = room.part(attempt).id
    room.mark(ANN, 2)
    assert left_over(room) == [part]  # Ann alone cannot give the second mark
    room.take(BOB)
    assert left_over(room) == []
    assert refusal(room.decide, part, 6) == "scoring.not_to_decide"
    room.give(BOB, room.take(BOB).id, 9)
    assert left_over(room) == [part]  # and the third is for neither of them
    assert refusal(room.decide, part, 6, ANN) == "scoring.own_reading"
    assert room.decide(part, 6) == room.marks(attempt) == 6
    assert left_over(room) == []


def test_a_live_script_that_everybody_has_had_as_a_sample_is_the_chiefs(room: Room) -> None:
    attempt = room.script("acc_1", "kept")
    keep(room, attempt, "trial")
    room.set_up({}, QUALIFY)
    assert texts_of(room, ANN, 1) == {"kept"}
    assert refusal(room.take, ANN) == "scoring.no_task"
    assert left_over(room) == [room.part(attempt).id]
    assert room.decide(room.part(attempt).id, 6) == room.marks(attempt)


def test_the_same_mark_with_other_annotations_is_another_mark(room: Room) -> None:
    room.script("acc_1")
    task = room.take(ANN)
    room.give(ANN, task.id, 5)
    note = Annotation(start=0, end=3, kind="wrong", note="why")
    with room.database.unit(Actor(ANN), room.clock()) as unit:
        assert refusal(marking.give_mark, unit, task.id, {"c1": Decimal(5)}, "", [note]) == "scoring.task_not_yours"
    room.give(ANN, task.id, 5)
