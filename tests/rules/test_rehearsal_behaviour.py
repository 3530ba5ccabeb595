"""What virtual candidates do is what people do: every move is a sound answer to a place of the paper."""

import random
from itertools import islice, pairwise
from typing import Any

import pytest

from bench.rehearsal.behaviour import FLAGS, LONGEST, moves, think
from itembank.business.reducer import fold
from itembank.business.workspace import workspace
from itembank.paper import Places
from tests.make.business import demo_scenario

TASK = "b2b-task-0001"
SEED = 5


def _paper() -> dict[str, Any]:
    options = [{"id": name, "html": name} for name in "ABCD"]
    plain = [{"item": str(n), "kind": kind, "options": options} for n, kind in enumerate(("single", "multiple", "numeric", "text"), 1)]
    case = {"item": "5", "kind": "case", "parts": [{"item": "5.1", "kind": "extended", "options": []}]}
    task = {"item": "6", "kind": "business", "workspace": workspace(demo_scenario(TASK).visible, SEED)}
    return {"sections": [{"items": plain}, {"items": [case, task]}]}


KINDS = Places({"1": "single", "2": "multiple", "3": "numeric", "4": "text", "5.1": "extended", "6": "business", FLAGS: "flags"})


@pytest.mark.parametrize("seed", range(5))
def test_every_move_is_a_sound_answer(seed: int) -> None:
    made = list(islice(moves(_paper(), random.Random(seed)), 400))
    assert {place for place, _ in made} == set(KINDS)
    assert [KINDS.flaw(place, value) for place, value in made] == [None] * len(made)


def test_every_action_can_be_done() -> None:
    log = [value for place, value in islice(moves(_paper(), random.Random(1)), 600) if place == "6"]
    state = fold(demo_scenario(TASK).visible, log, SEED)
    assert state.count == len(log) > 50
    assert state.refused == ()


def test_a_long_text_grows_from_save_to_save() -> None:
    saved = [value for place, value in islice(moves(_paper(), random.Random(2)), 600) if place == "5.1"]
    grown = sum(later.startswith(earlier) and len(later) > len(earlier) for earlier, later in pairwise(saved))
    assert grown > 0.9 * len(saved)
    assert max(map(len, saved)) > 500


def test_think_times_are_as_long_as_asked_in_the_mean() -> None:
    chance = random.Random(3)
    times = [think(chance, 5.0) for _ in range(20_000)]
    assert sum(times) / len(times) == pytest.approx(5.0, rel=0.05)
    assert max(times) <= 5.0 * LONGEST
    assert think(chance, 0.0) == 0.0
