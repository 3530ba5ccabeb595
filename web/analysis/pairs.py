"""The document of `analyse similarity`."""

from typing import Any

import numpy as np

from core.errors import Words
from scoring.analysis.numbers import plain
from scoring.similarity import similar_pairs
from web.analysis.errors import NOT_ENOUGH, TABLE_BAD
from web.analysis.numbers import table
from web.analysis.responses import Responses
from web.analysis.sheets import Sheet

_NOTE = "一致程度异常只是复核的理由,不是对任何人行为的认定 / An unusual similarity is a reason to look, not a finding about anybody"
_HEAD = ("first", "second", "room", "shared", "shared_wrong", "expected", "p", "q")


def pairs_document(responses: Responses, rooms: Sheet | None, fdr: float) -> dict[str, Any]:
    """Return the pairs that are unusually similar, of one room when rooms are given."""
    if responses.codes is None or responses.key is None:
        raise NOT_ENOUGH(
            detail=Words("作答相近需要选项与答案，或 0 与 1 的得分", "similarity needs options with a key, or marks of 0 and 1")
        )
    room_of = None if rooms is None else _rooms(responses, rooms)
    groups = None if room_of is None else np.unique(room_of, return_inverse=True)[1].astype(np.int64)
    found = similar_pairs(responses.codes, responses.key, fdr, groups)
    pairs = [
        {
            "first": responses.persons[a],
            "second": responses.persons[b],
            "room": None if room_of is None else room_of[a],
            "shared": found.shared[i],
            "shared_wrong": found.shared_wrong[i],
            "expected": found.expected[i],
            "p": found.p[i],
            "q": found.q[i],
        }
        for i, (a, b) in enumerate(zip(found.first, found.second, strict=True))
    ]
    document = {
        "persons": len(responses.persons),
        "items": len(responses.items),
        "tested": found.tested,
        "fdr": fdr,
        "pairs": pairs,
        "note": _NOTE,
    }
    result: dict[str, Any] = plain(document)
    return result


def pairs_lines(document: dict[str, Any]) -> list[str]:
    """Return the same for people."""
    lines = table(_HEAD, ([pair[field] for field in _HEAD] for pair in document["pairs"]))
    return [*lines, f"{len(document['pairs'])} of {document['tested']} pairs", _NOTE]


def _rooms(responses: Responses, rooms: Sheet) -> list[str]:
    """Return the room of each person, found by id."""
    by_id = dict(zip(rooms.ids, rooms.columns[0], strict=True))
    found = []
    for person in responses.persons:
        room = by_id.get(person)
        if room is None:
            raise TABLE_BAD(file=rooms.file, detail=Words(f"没有 {person} 的考场", f"it gives no room for {person}"))
        found.append(room)
    return found
