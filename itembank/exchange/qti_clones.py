"""Parameterised items as clones: a stated number of plain items, drawn once, enemies of one another.

Who draws is handed in (`itembank.exchange.qti_engine`).
"""

from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from lxml import etree

from itembank import errors
from itembank.exchange.qti_xml import children
from itembank.exchange.report import Read, note

CLONES = 5
"""Clones that one item is drawn as; those that are the same as an earlier one are dropped."""
TEMPLATES = ("template-declaration", "template-processing")


def is_parameterised(root: etree._Element) -> bool:
    """Say whether an item has template variables."""
    return bool(children(root, *TEMPLATES))


def seed_of(identifier: str, n: int) -> int:
    """Return the seed of a clone: the same for the same item and number, on every machine."""
    return int.from_bytes(sha256(f"{identifier}\0{n}".encode()).digest()[:8])


def set_apart(clones: Iterable[Read]) -> list[Read]:
    """Return the clones that differ, each the enemy of all others; the first says what it is one of."""
    kept: dict[str, Read] = {}
    for clone in clones:
        kept.setdefault(clone.draft.model_copy(update={"ref": ""}).model_dump_json(), clone)
    refs = [clone.draft.ref for clone in kept.values()]
    told = note(refs[0], next(iter(kept.values())).place, errors.QTI_CLONED, refs=", ".join(refs))
    return [
        replace(clone, draft=clone.draft.model_copy(update={"enemies": _enemies(clone, refs)}), notes=(told, *clone.notes)[n > 0 :])
        for n, clone in enumerate(kept.values())
    ]


def _enemies(clone: Read, refs: list[str]) -> list[str]:
    return list(dict.fromkeys([*clone.draft.enemies, *(ref for ref in refs if ref != clone.draft.ref)]))
