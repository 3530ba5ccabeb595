"""Items: a change is a new immutable version, and a draft until it is reviewed (`itembank.reviewing`)."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, update

from core.ids import new_id
from core.unit import Unit
from itembank import errors, likeness, queries, words
from itembank.life import State
from itembank.tables import ItemRow, ItemVersionRow, KeyRow, TagRow

_BREATH = 100  # items after which others of this process get their turn


@dataclass(frozen=True)
class NewVersion:
    """Everything about one item that a version keeps; `key` and `source` go into the locked cupboard.

    `words` and `sketch` are what it is found by, and what it is compared by.
    """

    ref: str
    kind: str
    language: str
    pool: str
    title: str
    content: dict[str, Any]
    key: dict[str, Any]
    source: dict[str, Any]
    digest: str
    marks: Decimal
    difficulty: Decimal | None
    levels: tuple[str, ...]
    programmes: tuple[str, ...]
    knowledge: tuple[str, ...]
    enemies: tuple[str, ...]
    search_text: str
    lacks: str
    origin: str
    words: frozenset[str] = field(init=False)
    sketch: bytes = field(init=False)

    def __post_init__(self) -> None:
        """Work out the words and the sketch, once."""
        facets = {
            "kind": (self.kind,),
            "language": (self.language,),
            "pool": (self.pool,),
            "level": self.levels,
            "programme": self.programmes,
            "knowledge": self.knowledge,
        }
        object.__setattr__(self, "search_text", words.normal(self.search_text))
        found = words.tokens_of(f"{self.ref} {self.search_text}") | words.facet_tokens(facets)
        object.__setattr__(self, "words", frozenset(found))
        object.__setattr__(self, "sketch", likeness.pack(likeness.sketch(self.search_text)))


@dataclass(frozen=True)
class Placement:
    """What becomes of a new version: `status` is `new` (a new item), `changed` (its version `n` is new) or `unchanged`."""

    version: NewVersion
    item: str | None
    n: int
    status: str


def place(version: NewVersion, known: queries.Known | None) -> Placement:
    """Decide what a version becomes, given what the bank holds under its reference.

    Raises:
        ExamError: `itembank.kind_changed`, `itembank.item_retired`.
    """
    if known is None:
        return Placement(version, None, 1, "new")
    if known.kind != version.kind:
        raise errors.KIND_CHANGED(ref=version.ref, kind=known.kind)
    if known.state == "retired":
        raise errors.ITEM_RETIRED()
    if known.digest == version.digest:
        return Placement(version, known.item, known.n, "unchanged")
    return Placement(version, known.item, known.n + 1, "changed")


def put(unit: Unit, placements: Sequence[Placement]) -> None:
    """Write new items and new versions in bulk; what is unchanged stays as it is.

    A new version of an approved item is a draft: until its own approval forms and practice go on with the approved one.
    """
    fresh = [(placement, new_id("itv")) for placement in placements if placement.status != "unchanged"]
    for start in range(0, len(fresh), _BREATH):
        _put(unit, fresh[start : start + _BREATH])
        time.sleep(0)


def _put(unit: Unit, fresh: Sequence[tuple[Placement, str]]) -> None:
    new = [(p, version_id, new_id("itm")) for p, version_id in fresh if p.item is None]
    old = [(p, version_id, p.item) for p, version_id in fresh if p.item is not None]
    session = unit.session
    if new:
        session.execute(insert(ItemRow), [_item_values(unit, p.version, version_id, item) for p, version_id, item in new])
    if old:
        rows = [
            {"id": item, "state": State.DRAFT, "updated_at": unit.now, **_newest(unit, p.version, version_id)}
            for p, version_id, item in old
        ]
        session.execute(update(ItemRow), rows)
    placed = [*new, *old]
    session.execute(insert(ItemVersionRow), [_version_values(unit, p, version_id, item) for p, version_id, item in placed])
    session.execute(insert(KeyRow), [{"version": v, "body": p.version.key, "source": p.version.source} for p, v, _ in placed])
    tags = [tag for p, version_id, _ in placed for tag in _tag_values(p.version, version_id)]
    if tags:
        session.execute(insert(TagRow), tags)


def _item_values(unit: Unit, version: NewVersion, version_id: str, item: str) -> dict[str, Any]:
    return {
        "id": item,
        "ref": version.ref,
        "kind": version.kind,
        "state": State.DRAFT,
        "approved_version": None,
        "created_at": unit.now,
        "updated_at": unit.now,
        **_newest(unit, version, version_id),
    }


def _newest(unit: Unit, version: NewVersion, version_id: str) -> dict[str, Any]:
    """Return what an item has of its newest version."""
    found = version.words | words.facet_tokens({"author": [unit.actor.account]})
    return {
        "version": version_id,
        "language": version.language,
        "pool": version.pool,
        "words": f" {' '.join(sorted(found))} ",
        "sketch": version.sketch,
    }


def _version_values(unit: Unit, placement: Placement, version_id: str, item: str) -> dict[str, Any]:
    version = placement.version
    return {
        "id": version_id,
        "item": item,
        "n": placement.n,
        "title": version.title,
        "content": version.content,
        "digest": version.digest,
        "marks": version.marks,
        "difficulty": version.difficulty,
        "levels": list(version.levels),
        "programmes": list(version.programmes),
        "knowledge": list(version.knowledge),
        "search_text": version.search_text,
        "lacks": version.lacks,
        "origin": version.origin,
        "created_by": unit.actor.account,
        "created_at": unit.now,
    }


def _tag_values(version: NewVersion, version_id: str) -> list[dict[str, str]]:
    facets = {"level": version.levels, "programme": version.programmes, "knowledge": version.knowledge, "enemy": version.enemies}
    return [{"version": version_id, "facet": facet, "value": value} for facet, values in facets.items() for value in values]
