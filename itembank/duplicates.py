"""Items that are nearly the same: told when they come in, and beside each item; the practice pool is looked through as well."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Words
from itembank import errors, likeness, queries
from itembank.exchange.report import Place, Remark, note
from itembank.items import NewVersion
from itembank.life import State
from itembank.tables import ItemRow

_TOLD = 3  # likest items that are told of one


@dataclass(frozen=True)
class Like:
    """An item of the bank, or of the same import (then without `item`), and how much it has in common with another (0 - 1)."""

    ref: str
    item: str
    pool: str
    share: float


class Sketched(NamedTuple):
    """What is compared of a version that an import brings, and where it stands."""

    ref: str
    pool: str
    sketch: bytes
    enemies: tuple[str, ...]
    place: Place


def warn(session: Session, coming: Sequence[Sketched]) -> Iterator[Remark]:
    """Yield a warning for every coming version that is nearly the same as another item, of the bank or of the same import."""
    for version, likes in zip(coming, find_like(session, coming), strict=True):
        for like in likes:
            told = {"other": like.ref, "percent": round(like.share * 100), "pool": _POOLS[like.pool] if like.item else _THIS_IMPORT}
            yield note(version.ref, version.place, errors.ALIKE, **told)


def find_like(session: Session, versions: Sequence[Sketched | NewVersion]) -> list[list[Like]]:
    """Return for each version which other items are nearly the same, the likest first.

    Under the reference of a version stands that version alone, whether the bank holds it already or not.  That enemies are alike is known.
    """
    if not versions:
        return []
    asked = likeness.unpack([version.sketch for version in versions])
    items, known = _bank(session, frozenset(version.ref for version in versions))
    others = [*items, *(Like(version.ref, "", version.pool, 0.0) for version in versions)]
    found: list[list[Like]] = [[] for _ in versions]
    for pair in likeness.find_alike(asked, np.concatenate([known, asked])):
        other, likes = others[pair.found], found[pair.asked]
        is_known = pair.found == len(items) + pair.asked or other.ref in versions[pair.asked].enemies
        if not is_known and len(likes) < _TOLD:
            likes.append(Like(other.ref, other.item, other.pool, pair.share))
    return found


def like_item(session: Session, item_id: str) -> list[Like]:
    """Return which items are nearly the same as one of the bank."""
    own = queries.get_item(session, item_id)
    if own.sketch is None:
        return []
    items, known = _bank(session)
    pairs = likeness.find_alike(likeness.unpack([own.sketch]), known)
    others = [(items[pair.found], pair.share) for pair in pairs if items[pair.found].item != item_id]
    return [Like(other.ref, other.item, other.pool, share) for other, share in others[:_TOLD]]


def _bank(session: Session, without: frozenset[str] = frozenset()) -> tuple[list[Like], likeness.Sketches]:
    wanted = select(ItemRow.ref, ItemRow.id, ItemRow.pool, ItemRow.sketch).where(
        ItemRow.state != State.RETIRED, ItemRow.sketch.is_not(None)
    )
    rows = [row for row in session.execute(wanted) if row[0] not in without]
    return [Like(ref, item, pool, 0.0) for ref, item, pool, _ in rows], likeness.unpack(
        [sketch for *_, sketch in rows if sketch is not None]
    )


_POOLS = {"live": Words("正式题库", "the live pool"), "practice": Words("练习题库", "the practice pool")}
_THIS_IMPORT = Words("本次导入", "this import")
