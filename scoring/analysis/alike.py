"""Pairs of answer sheets of a sitting that are more alike than their scores and the options explain.

See `scoring.similarity` for the reasoning.  A pair named here is for people to look at; it says nothing about how it came about.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from scoring.analysis.sat import Sat
from scoring.option_table import MISSING, Codes
from scoring.similarity import similar_pairs

FDR = 0.01
LEAST_PERSONS = 30
LEAST_QUESTIONS = 10
MOST_ALL = 3_000
"""Scripts up to which every pair is looked at; beyond, only pairs of one room."""
MOST_TOLD = 200


def alike(sat: Sat, *, within_rooms: bool) -> dict[str, Any] | str:
    """Return the pairs, most unusual first, as JSON values; or the code of the reason why none can be looked for.

    Only choices of one option count, and only people with the same form are compared.
    """
    places = [place for place, question in enumerate(sat.questions) if question.is_single and len(question.correct) == 1]
    if len(places) < LEAST_QUESTIONS:
        return "pairs_few_questions"
    have_rooms = len({room for room in sat.rooms if room}) > 0
    if not have_rooms and (within_rooms or sat.persons > MOST_ALL):
        return "pairs_no_rooms"
    by_room = within_rooms or sat.persons > MOST_ALL
    found: list[dict[str, Any]] = []
    tested = 0
    for form in np.unique(sat.forms):
        rows = np.flatnonzero(sat.forms == form)
        if by_room:
            rows = rows[[bool(sat.rooms[row]) for row in rows]]
        if rows.size < LEAST_PERSONS:
            continue
        pairs, looked = _of_form(sat.only(rows), places, by_room=by_room)
        tested += looked
        found += pairs
    if not tested:
        return "pairs_few"
    found.sort(key=lambda pair: pair["p"])
    return {"fdr": FDR, "tested": tested, "by_room": by_room, "count": len(found), "pairs": found[:MOST_TOLD]}


def _of_form(sat: Sat, places: list[int], *, by_room: bool) -> tuple[list[dict[str, Any]], int]:
    codes, key, asked = _codes(sat, places)
    if asked < LEAST_QUESTIONS:
        return [], 0
    rooms = np.unique(sat.rooms, return_inverse=True)[1].astype(np.int64) if by_room else None
    found = similar_pairs(codes, key, FDR, rooms)
    pairs = [
        {
            "first": sat.attempts[a],
            "second": sat.attempts[b],
            "same_room": bool(sat.rooms[a]) and sat.rooms[a] == sat.rooms[b],
            "room": sat.rooms[a] if sat.rooms[a] == sat.rooms[b] else "",
            "shared": int(found.shared[i]),
            "shared_wrong": int(found.shared_wrong[i]),
            "expected": float(found.expected[i]),
            "asked": asked,
            "p": float(found.p[i]),
            "q": float(found.q[i]),
        }
        for i, (a, b) in enumerate(zip(found.first, found.second, strict=True))
    ]
    return pairs, found.tested


def _codes(sat: Sat, places: list[int]) -> tuple[Codes, NDArray[np.uint8], int]:
    """Return the chosen option of each person `(persons, questions)`, the right ones, and how many questions the form has."""
    on_form = [place for place in places if not np.isnan(sat.marks[:, place]).all()]
    codes = np.full((sat.persons, len(on_form)), MISSING, np.uint8)
    key = np.zeros(len(on_form), np.uint8)
    for column, place in enumerate(on_form):
        chosen = sat.chosen[place]
        codes[:, column] = np.where(chosen.any(1), chosen.argmax(1), MISSING)
        names = [name for name, _ in sat.questions[place].options]
        key[column] = names.index(sat.questions[place].correct[0])
    return codes, key, len(on_form)
