"""Item response model of a sitting: which one its scripts carry, and what it says of questions, paper and people."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.sat import Floats, Sat
from scoring.irt.abilities import eap
from scoring.irt.coding import CodedResponses, encode
from scoring.irt.estimation import Fit, Settings, fit
from scoring.irt.fit_statistics import mean_squares
from scoring.irt.information import item_information
from scoring.irt.models import ItemParameters, Model
from scoring.option_table import MISSING, Codes

LEAST = 50
"""Scripts below which difficulties are too uncertain to be worth a model."""
LEAST_FOR_SLOPES = 250
"""Scripts from which every question may have a slope of its own."""
MOST = 20_000
"""Scripts that are enough: more are thinned evenly, for estimates get hardly any sharper and the machine has other work."""
CATEGORIES = 6
"""Most steps of marks of one question; finer marks are put together."""
THETA = np.round(np.arange(-4.0, 4.01, 0.25), 2)
BINS = np.round(np.arange(-4.0, 4.01, 0.5), 2)
_SETTINGS = Settings(nodes=41, tolerance=1e-3, max_cycles=300)


@dataclass(frozen=True)
class Modelled:
    """What the model says: `paper` as JSON values, and for each modelled question, by its place, its own."""

    paper: dict[str, Any]
    questions: dict[int, dict[str, Any]]


def model(sat: Sat) -> Modelled | str:
    """Estimate, or return the code of the reason why there is nothing to estimate.

    From 250 scripts the two-parameter model, or the graded one where questions earn part marks; from 50 the one-parameter model of
    the right-or-wrong questions.
    """
    if sat.persons < LEAST:
        return "model_few"
    some = sat if sat.persons <= MOST else sat.only(np.linspace(0, sat.persons - 1, MOST).astype(np.intp))
    categories = _categories(some)
    plain = categories.max(axis=0, where=categories != MISSING, initial=0) <= 1
    kind: Model = "graded" if not plain.all() else "2pl"
    places = np.arange(len(sat.questions))
    if some.persons < LEAST_FOR_SLOPES:
        kind, places = "1pl", np.flatnonzero(plain)
    if places.size < 3:
        return "model_few_questions"
    try:
        coded = encode(categories[:, places])
    except ValueError:
        return "model_alike"
    if coded.items.size < 3:
        return "model_few_questions"
    fitted = fit(coded, kind, _SETTINGS)
    return _told(some, fitted, coded, places)


def _told(sat: Sat, fitted: Fit, coded: CodedResponses, places: NDArray[np.intp]) -> Modelled:
    items = fitted.parameters
    people = eap(coded, items, fitted.grid)
    squares = mean_squares(coded, items, fitted.grid)
    information = item_information(items, THETA)
    whole = information.sum(0)
    spread = float(np.var(people.theta))
    noise = float((people.se**2).mean())
    paper = {
        "model": fitted.model,
        "persons": sat.persons,
        "questions": int(fitted.items.size),
        "loglik": fitted.loglik,
        "settled": fitted.converged,
        "theta": THETA,
        "information": whole,
        "se": 1 / np.sqrt(np.maximum(whole, 1e-9)),
        "reliability": spread / (spread + noise) if spread + noise > 0 else None,
        "people": np.histogram(np.clip(people.theta, BINS[0], BINS[-1]), BINS)[0],
        "bins": BINS,
    }
    questions = {}
    for row, column in enumerate(fitted.items):
        steps = _steps(items, row)
        questions[int(places[column])] = {
            "a": items.slope[row],
            "b": steps,
            "difficulty": float(np.mean(steps)),
            "infit": squares.infit[row],
            "outfit": squares.outfit[row],
            "information": information[row],
        }
    return Modelled(paper, questions)


def _steps(items: ItemParameters, row: int) -> Floats:
    steps = items.difficulty[row]
    return np.asarray(np.clip(steps[~np.isnan(steps)], -99, 99))


def _categories(sat: Sat) -> Codes:
    """Return the marks of each question as ordered categories: 0 and 1, or as many of its marks as there are, at most six."""
    codes = np.full(sat.marks.shape, MISSING, np.uint8)
    for place in range(sat.marks.shape[1]):
        there = ~np.isnan(sat.marks[:, place])
        values, rank = np.unique(np.round(sat.marks[there, place], 2), return_inverse=True)
        if values.size > CATEGORIES:
            share = (values - values[0]) / (values[-1] - values[0])
            rank = np.minimum((share * CATEGORIES).astype(np.intp), CATEGORIES - 1)[rank]
        codes[there, place] = rank
    return codes
