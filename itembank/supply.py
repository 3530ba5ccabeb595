"""What a blueprint can draw from: the approved items of its pool, with what is known of their use."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from itembank.blueprint import Blueprint, Candidate, NamedForm
from itembank.errors import FORM_UNKNOWN
from itembank.life import State
from itembank.tables import FormItemRow, FormRow, ItemRow, ItemVersionRow, TagRow


def find(session: Session, blueprint: Blueprint) -> list[Candidate]:
    """Return the approved items of a blueprint's pool, by reference.

    Raises:
        ExamError: `itembank.form_unknown`, where the blueprint excludes a form that there is not.
    """
    item, version = ItemRow, ItemVersionRow
    columns = (item.id, version.id, item.ref, item.kind, item.language, version.marks, version.difficulty)
    tags = (version.levels, version.programmes, version.knowledge)
    wanted = (
        select(*columns, *tags)
        .join(version, version.id == item.approved_version)
        .where(item.state != State.RETIRED, item.pool == blueprint.pool)
        .order_by(item.ref)
    )
    exposures, uses, enemies, held = _exposures(session), _last_uses(session, blueprint), _enemies(session), _held(session, blueprint)
    found = []
    for row in session.execute(wanted):
        standing: Any = (exposures.get(row[0], 0), uses.get(row[0]), tuple(enemies.get(row[1], ())), tuple(held.get(row[0], ())))
        found.append(Candidate(*row[: len(columns)], *map(tuple, row[len(columns) :]), *standing))
    return found


def _exposures(session: Session) -> dict[str, int]:
    """Return for every item how many published forms hold it."""
    held = select(FormItemRow.item, func.count()).join(FormRow, FormRow.id == FormItemRow.form)
    rows = session.execute(held.where(FormRow.published_at.is_not(None)).group_by(FormItemRow.item))
    return {row[0]: row[1] for row in rows}


def _last_uses(session: Session, blueprint: Blueprint) -> dict[str, int]:
    """Return how many published forms of the blueprint's programme, level and paper ago an item was used; the last form is 1."""
    if not blueprint.not_in_last:
        return {}
    same = (FormRow.programme == blueprint.programme, FormRow.level == blueprint.level, FormRow.paper == blueprint.paper)
    newest = select(FormRow.id).where(FormRow.published_at.is_not(None), *same).order_by(FormRow.published_at.desc(), FormRow.id)
    ago = {form: n for n, form in enumerate(session.scalars(newest.limit(blueprint.not_in_last)), 1)}
    rows = session.execute(select(FormItemRow.item, FormItemRow.form).where(FormItemRow.form.in_(ago)))
    uses: dict[str, int] = {}
    for item, form in rows:
        uses[item] = min(ago[form], uses.get(item, ago[form]))
    return uses


def _enemies(session: Session) -> dict[str, list[str]]:
    """Return for every approved version that has enemies their references."""
    rows = session.execute(
        select(TagRow.version, TagRow.value).join(ItemRow, ItemRow.approved_version == TagRow.version).where(TagRow.facet == "enemy")
    )
    found: dict[str, list[str]] = {}
    for version, ref in rows:
        found.setdefault(version, []).append(ref)
    return found


def _held(session: Session, blueprint: Blueprint) -> dict[str, list[NamedForm]]:
    """Return for every item which of the forms that the blueprint excludes hold it."""
    excluded = blueprint.exclude_forms
    named = {
        row.id: NamedForm(row.id, row.title) for row in session.execute(select(FormRow.id, FormRow.title).where(FormRow.id.in_(excluded)))
    }
    if missing := [form for form in excluded if form not in named]:
        raise FORM_UNKNOWN(forms=", ".join(missing))
    found: dict[str, list[NamedForm]] = {}
    for item, form in session.execute(select(FormItemRow.item, FormItemRow.form).where(FormItemRow.form.in_(named))):
        found.setdefault(item, []).append(named[form])
    return found
