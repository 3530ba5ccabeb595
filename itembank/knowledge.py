"""The outline of a programme's level (鉴定要素细目表): its knowledge points as a tree, how important each is and how much it weighs.

Importance is X (core), Y (general) or Z (auxiliary), as such outlines have it.  Weights are per cent of the paper.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core import audit
from core.unit import Unit
from itembank import errors
from itembank.life import State
from itembank.tables import ItemRow, PointRow, TagRow

WHOLE = Decimal(100)


class Point(BaseModel):
    """One knowledge point: its path in the tree, levels parted by `/`; a point without a weight shares that of the one above it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^/\s][^/]*(/[^/\s][^/]*)*$")]
    importance: Literal["X", "Y", "Z"] = "Y"
    weight: Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)] | None = None

    @property
    def depth(self) -> int:
        """0 for a point at the top."""
        return self.path.count("/")

    @property
    def name(self) -> str:
        """The last step of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Standing:
    """A point and what the bank has for it and below it: items of the live pool in use, and items of any pool that are not."""

    point: Point
    in_use: int
    waiting: int
    share: Decimal


def keep(unit: Unit, programme: str, level: str, points: Sequence[Point]) -> None:
    """Keep the outline of a level in place of the one before.

    Raises:
        ExamError: `itembank.outline_wrong`, saying where.
    """
    check(points)
    unit.session.execute(delete(PointRow).where(PointRow.programme == programme, PointRow.level == level))
    if points:
        rows = [{"programme": programme, "level": level, "position": n, **point.model_dump()} for n, point in enumerate(points)]
        unit.session.execute(insert(PointRow), rows)
    audit.record(unit, "itembank.outline.kept", f"outline/{programme}/{level}", points=len(points))


def check(points: Sequence[Point]) -> None:
    """Refuse an outline in which a point stands twice or without the one above it, or in which weights do not add up.

    Raises:
        ExamError: `itembank.outline_wrong`.
    """
    known = {point.path: point for point in points}
    if len(known) != len(points):
        twice = next(path for path, n in Counter(point.path for point in points).items() if n > 1)
        raise errors.OUTLINE_WRONG(detail=f"{twice} × 2")
    for point in points:
        above = point.path.rpartition("/")[0]
        if above and above not in known:
            raise errors.OUTLINE_WRONG(detail=f"{point.path}: {above}?")
    for above in ["", *known]:
        below = [point for point in points if point.path.rpartition("/")[0] == above]
        weights = [point.weight for point in below if point.weight is not None]
        whole = known[above].weight if above else WHOLE
        if weights and (len(weights) != len(below) or sum(weights) != whole):
            raise errors.OUTLINE_WRONG(detail=f"{above or '100 %'}: {sum(weights)} ≠ {whole}")


def outline(session: Session, programme: str, level: str) -> list[Point]:
    """Return the points of a level in their order; empty where none are kept."""
    wanted = select(PointRow).where(PointRow.programme == programme, PointRow.level == level).order_by(PointRow.position)
    return [Point(path=row.path, importance=row.importance, weight=row.weight) for row in session.scalars(wanted)]


def outlines(session: Session) -> list[tuple[str, str]]:
    """Return the programme and level of every outline."""
    wanted = select(PointRow.programme, PointRow.level).distinct().order_by(PointRow.programme, PointRow.level)
    return [(programme, level) for programme, level in session.execute(wanted)]


def standings(session: Session, programme: str, level: str) -> list[Standing]:
    """Return how the bank stands against an outline: `share` is the share (per cent) of the level's items in use that a point has."""
    in_use = _counts(session, programme, level, in_use=True)
    waiting = _counts(session, programme, level, in_use=False)
    points = outline(session, programme, level)
    total = sum(in_use[point.path] for point in points if not point.depth) or 1
    return [
        Standing(point, in_use[point.path], waiting[point.path], (WHOLE * in_use[point.path] / total).quantize(Decimal("0.1")))
        for point in points
    ]


def _counts(session: Session, programme: str, level: str, *, in_use: bool) -> Counter[str]:
    """Return how many items stand at each point or below it; an item with two points below one counts once there."""
    version = ItemRow.approved_version if in_use else ItemRow.version
    wanted = select(TagRow.value, ItemRow.id).join(ItemRow, version == TagRow.version).where(TagRow.facet == "knowledge")
    wanted = wanted.where(ItemRow.state != State.RETIRED)
    wanted = wanted.where(ItemRow.pool == "live") if in_use else wanted.where(ItemRow.approved_version.is_distinct_from(ItemRow.version))
    for facet, value in (("programme", programme), ("level", level)):
        tagged = select(TagRow.version).where(TagRow.facet == facet, TagRow.value == value)
        wanted = wanted.where(version.in_(tagged))
    found: dict[str, set[str]] = {}
    for path, item in session.execute(wanted):
        steps = path.split("/")
        for n in range(1, len(steps) + 1):
            found.setdefault("/".join(steps[:n]), set()).add(item)
    return Counter({path: len(items) for path, items in found.items()})
