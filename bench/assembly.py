"""Assembly against the solver's own time: four parallel forms of 80 items from a bank of 5,000, measured in one run.

`python -m bench --only assembly`.  The bare time is that of the same model, already built, given to the same solver.
"""

import time
from decimal import Decimal
from statistics import median
from typing import Any

from itembank import assembly
from itembank.blueprint import Blueprint, Candidate
from itembank.draw import Stream
from itembank.requirements import Variables, requirements

ITEMS, FORMS, TURNS = 5_000, 4, 3
POINTS = ["贸易/术语", "贸易/合同", "物流/海运", "物流/空运", "结算/信用证", "结算/托收", "营销/选品", "营销/广告"]
KINDS = ["single", "single", "multiple", "truefalse"]
PLAN = {
    "title": "Bench",
    "sections": [
        {"id": "single", "title": "单选", "draws": [{"count": 5, "kind": "single", "knowledge": point} for point in POINTS]},
        {"id": "multiple", "title": "多选", "draws": [{"count": 20, "kind": "multiple"}]},
        {"id": "truefalse", "title": "判断", "draws": [{"count": 20, "kind": "truefalse"}]},
    ],
    "limits": [{"knowledge": "结算", "least": 15, "most": 25}, {"difficulty": {"least": "0.8", "most": 1}, "most": 8}],
    "facility": {"least": "0.58", "most": "0.62"},
    "spread": {"least": 3, "most": 6},
    "max_exposure": 3,
}


def rows() -> list[dict[str, Any]]:
    """Return the row: ours over the solver's own time, at most 3."""
    plan, bank = Blueprint.model_validate(PLAN), _bank()
    variables = Variables(plan, sorted(bank, key=lambda candidate: candidate.ref), FORMS, {})
    programme = assembly.Programme(variables, requirements(variables))
    ours, bare, gaps = [], [], []
    for _ in range(TURNS):
        began = time.perf_counter()
        drawn = assembly.assemble(plan, bank, FORMS)
        middle = time.perf_counter()
        programme.solve(assembly.costs(variables), assembly.GAP)
        bare.append(time.perf_counter() - middle)
        ours.append(middle - began)
        assert isinstance(drawn, assembly.Assembled)
        gaps.append(drawn.gap)
    raw = {"ours_s": [round(value, 3) for value in ours], "solver_s": [round(value, 3) for value in bare], "gap": max(gaps)}
    ratio = median(ours) / median(bare)
    name = f"{FORMS} parallel forms of 80 from {ITEMS:,} items / the solver's bare time on the same model"
    return [{"name": name, "ratio": round(ratio, 4), "bound": "<= 3", "raw": raw}]


def _bank() -> list[Candidate]:
    chance = Stream(1, "bench bank")
    return [
        Candidate(
            f"i{n}",
            f"v{n}",
            f"r{n:05}",
            KINDS[n % len(KINDS)],
            "zh",
            Decimal(1 + (n % len(KINDS) == 2)),
            Decimal(chance.below(1001)) / 1000,
            (),
            (),
            (POINTS[chance.below(len(POINTS))],),
            exposure=chance.below(6),
            enemies=(f"r{chance.below(ITEMS):05}",) if n % 50 == 0 else (),
        )
        for n in range(ITEMS)
    ]
