"""The statistics of items, papers and bands against the plainest numpy, measured in one run on one core.

`python -m bench.statistics`.  Everything runs in one thread and is measured in processor seconds, which waiting for a busy machine does not
stretch.  Each ratio is of medians of a few runs that take turns, so that a cold cache slows both sides alike.
"""

import importlib
import json
import os
import statistics as st
import time
from collections.abc import Callable
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from scoring.autoscore_many import add_up
from scoring.band_policy import read_policy
from scoring.bands import band_codes
from scoring.ctt import table_statistics
from scoring.distractors import distractor_table
from scoring.irt.coding import encode
from scoring.irt.estimation import fit
from scoring.option_table import count_options

PERSONS = 1_000_000
ITEMS = 100
OPTIONS = 4
CALIBRATED = 100_000
TURNS = 5

POLICY = {"bands": [{"name": "优秀", "top": 0.1}, {"name": "良好", "top": 0.3}, {"name": "合格", "top": 1}]}


def rows() -> list[dict[str, Any]]:
    """Return a row per figure: what was measured, the ratio, the bound it is held to, and the raw seconds."""
    return [autoscore(), item_analysis(), bands(), calibration()]


def autoscore() -> dict[str, Any]:
    """Measure the totals of 1M × 100 choices, from the worth of each option, against one read of the answers."""
    rng = np.random.default_rng(4)
    codes = rng.integers(0, OPTIONS, (ITEMS, PERSONS), dtype=np.uint8)
    worths = [np.where(np.arange(OPTIONS) == right, 100, 0) for right in rng.integers(0, OPTIONS, ITEMS)]
    read, ours = _in_turn(lambda: np.add.reduce(codes.reshape(-1).view(np.uint64)), lambda: add_up(list(codes), worths))
    return _row(f"autoscore of {PERSONS:,} x {ITEMS} / one memory read", ours / read, "<= 3", read=read, ours=ours)


def item_analysis() -> dict[str, Any]:
    """Measure p, correlations, alpha, distractor table and trace lines of 1M × 100 against `(R == key).sum(1)`."""
    rng = np.random.default_rng(1)
    key = rng.integers(0, OPTIONS, ITEMS).astype(np.uint8)
    responses = rng.integers(0, OPTIONS, (PERSONS, ITEMS), dtype=np.uint8)
    ability = rng.normal(size=(PERSONS, 1)).astype(np.float32)
    for start in range(0, PERSONS, 10_000):
        block = responses[start : start + 10_000]
        knows = rng.random(block.shape, dtype=np.float32) < 1 / (1 + np.exp(-ability[start : start + 10_000]))
        np.copyto(block, np.broadcast_to(key, block.shape), where=knows)

    def analyse() -> None:
        table = count_options(responses, key, OPTIONS)
        table_statistics(table)
        distractor_table(table)

    naive, ours = _in_turn(lambda: (responses == key).sum(1), analyse)
    return _row(f"item analysis of {PERSONS:,} x {ITEMS} / naive (R == key).sum(1)", ours / naive, "<= 12", naive=naive, ours=ours)


def bands() -> dict[str, Any]:
    """Measure the bands of 1,000,000 totals against one numpy sort of them."""
    totals = (np.random.default_rng(2).normal(1500, 150, PERSONS)).astype(np.int64).clip(1200, 2000)
    policy = read_policy(POLICY)
    sort, ours = _in_turn(lambda: np.sort(totals), lambda: band_codes(totals, policy, PERSONS))
    return _row(f"bands of {PERSONS:,} totals / one numpy sort", ours / sort, "<= 20", sort=sort, ours=ours)


def calibration() -> dict[str, Any]:
    """Measure the 2PL of 100,000 × 100, and against girth where it is installed: it is no dependency."""
    answers, slope = _answers(CALIBRATED)
    started = time.process_time()
    fitted = fit(encode(answers), "2pl")
    ours = time.process_time() - started
    off = float(np.abs(fitted.parameters.slope - slope).max())
    figures = {"ours": ours, "cycles": fitted.cycles, "converged": fitted.converged, "largest_slope_error": off}
    name = f"2PL of {CALIBRATED:,} x {ITEMS}"
    try:
        twopl_mml = importlib.import_module("girth").twopl_mml
    except ImportError:
        return _row(f"{name} / girth (not installed)", None, "<= 1/30", **figures)
    started = time.process_time()
    theirs = twopl_mml(np.ascontiguousarray(answers.T).astype(int))
    girth = time.process_time() - started
    figures["girth_largest_slope_error"] = float(np.abs(theirs["Discrimination"] - slope).max())
    return _row(f"{name} / girth", ours / girth, "<= 1/30", girth=girth, **figures)


def _answers(persons: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Draw answers by the two-parameter model; return them with the slopes behind them."""
    rng = np.random.default_rng(3)
    slope, difficulty = rng.lognormal(0, 0.3, ITEMS), rng.normal(size=ITEMS)
    logit = slope * (rng.normal(size=(persons, 1)) - difficulty)
    return (rng.random((persons, ITEMS)) < 1 / (1 + np.exp(-logit))).astype(np.uint8), slope


def _in_turn(one: Callable[[], object], two: Callable[[], object]) -> tuple[float, float]:
    """Return the median seconds of each."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for work, seconds in zip((one, two), taken, strict=True):
            started = time.process_time()
            work()
            seconds.append(time.process_time() - started)
    return st.median(taken[0]), st.median(taken[1])


def _row(name: str, ratio: float | None, bound: str, **raw: float) -> dict[str, Any]:
    shown = {field: value if isinstance(value, bool | int) else round(value, 5) for field, value in raw.items()}
    return {"name": name, "ratio": None if ratio is None else round(ratio, 4), "bound": bound, "raw": shown}


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
