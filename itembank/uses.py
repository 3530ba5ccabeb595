"""How items are used: the figures of each use, noted by a statistics room beside the version that was sat; exposure; enemies."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from core import audit
from core.unit import Unit
from itembank.tables import FormItemRow, FormRow, ItemRow, ItemUseRow, ItemVersionRow, TagRow


@dataclass(frozen=True)
class Use:
    """The figures of one version in one paper of a sitting.

    `part` is 0 for the item, or the number of a part of a case (place `41.2` is part 2 of the version at 41).  `paper` is the paper's
    id, `title` what people call the sitting and its paper, `used_at` its start.  `n` candidates were counted.  `facility` is their
    mean score as a share of the full marks (0 - 1), `discrimination` the correlation of the item's score with that of the rest
    (-1 - 1; None where one of the two does not vary), `omitted` the share of the candidates who gave no answer (0 - 1).
    """

    version: str
    part: int
    paper: str
    title: str
    used_at: datetime
    n: int
    facility: float
    discrimination: float | None
    omitted: float


def note_figures(unit: Unit, uses: Iterable[Use]) -> int:
    """Keep the figures of papers beside the versions that they tell of; return how many were kept.

    What was noted of these papers before goes: a paper is noted whole, and as often as its marks change.
    """
    noted = list(uses)
    papers = sorted({use.paper for use in noted})
    unit.session.execute(delete(ItemUseRow).where(ItemUseRow.paper.in_(papers)))
    if noted:
        unit.session.execute(insert(ItemUseRow), [asdict(use) for use in noted])
    for paper in papers:
        audit.record(unit, "itembank.uses.noted", f"paper/{paper}", figures=sum(use.paper == paper for use in noted))
    return len(noted)


def uses_of(session: Session, item: str) -> list[tuple[int, Use]]:
    """Return the uses of every version of an item, latest first, each with the number of its version."""
    wanted = (
        select(ItemVersionRow.n, ItemUseRow)
        .join(ItemUseRow, ItemUseRow.version == ItemVersionRow.id)
        .where(ItemVersionRow.item == item)
        .order_by(ItemUseRow.used_at.desc(), ItemUseRow.paper, ItemUseRow.part)
    )
    return [(n, _use(row)) for n, row in session.execute(wanted)]


def uses_of_versions(session: Session, versions: Sequence[str]) -> list[Use]:
    """Return the uses of these versions, latest first."""
    wanted = select(ItemUseRow).where(ItemUseRow.version.in_(versions)).order_by(ItemUseRow.used_at.desc(), ItemUseRow.part)
    return [_use(row) for row in session.scalars(wanted)]


def get_exposure(session: Session, item_id: str) -> tuple[int, datetime | None]:
    """Return how many published forms an item has been in, and when the last of them was published."""
    held = select(func.count(), func.max(FormRow.published_at)).join(FormItemRow, FormItemRow.form == FormRow.id)
    count, last = session.execute(held.where(FormItemRow.item == item_id, FormRow.published_at.is_not(None))).one()
    return count, last


def enemies_of(session: Session, item: ItemRow) -> dict[str, str | None]:
    """Return the references of an item's enemies, named by either side, and the items that they are; None for one that is not here."""
    named = select(TagRow.value).where(TagRow.version == item.version, TagRow.facet == "enemy")
    naming = select(ItemRow.ref).join(TagRow, TagRow.version == ItemRow.version).where(TagRow.facet == "enemy", TagRow.value == item.ref)
    refs = sorted({*session.scalars(named), *session.scalars(naming)})
    known = {row.ref: row.id for row in session.execute(select(ItemRow.ref, ItemRow.id).where(ItemRow.ref.in_(refs)))}
    return {ref: known.get(ref) for ref in refs}


def _use(row: ItemUseRow) -> Use:
    return Use(**{name: getattr(row, name) for name in Use.__dataclass_fields__})
