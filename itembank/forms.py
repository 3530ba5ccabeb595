"""Forms: assembled from a blueprint, frozen with a hash of their content, published by a second person, withdrawn."""

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core import audit, outbox
from core.errors import Words
from core.ids import new_id
from core.unit import Unit
from itembank import assembly as assembling
from itembank import errors, facts, queries, reviewing, supply
from itembank.assembly import NO_NAMES, Assembled, Conflict
from itembank.blueprint import Assembly, Blueprint, Candidate, Programmes
from itembank.content import Content, FrozenForm, FrozenItem, FrozenSection
from itembank.tables import FormItemRow, FormRow
from itembank.wording import form_state

_KEPT = 64  # frozen forms that a process keeps at hand
_frozen: dict[str, FrozenForm] = {}


def assemble(unit: Unit, blueprint: Blueprint) -> str:
    """Draw one form by a blueprint and keep it as a draft; return its id.

    Raises:
        ExamError: `itembank.form_short`, in plain words, when the bank cannot meet the blueprint; `itembank.form_unknown`.
    """
    return keep(unit, blueprint, draw_from(supply.find(unit.session, blueprint), blueprint))[0]


def draw_from(
    candidates: Sequence[Candidate], blueprint: Blueprint, count: int = 1, programmes: Programmes = NO_NAMES
) -> Sequence[Assembly]:
    """Draw parallel forms from these items; where it has to wait, do it aside (`core.aside`).

    Raises:
        ExamError: `itembank.form_short`, in plain words, when they cannot meet the blueprint; `itembank.assembly_unsettled`.
    """
    drawn = assembling.assemble(blueprint, candidates, count, programmes)
    if isinstance(drawn, Conflict):
        raise errors.FORM_SHORT(detail=Words(drawn.zh, drawn.en), needed=drawn.needed, available=drawn.available)
    return drawn.forms


def draw(session: Session, blueprint: Blueprint, count: int = 1, programmes: Programmes = NO_NAMES) -> Assembled | Conflict:
    """Draw `count` parallel forms, or say what cannot hold together.

    Raises:
        ExamError: `itembank.assembly_unsettled`, `itembank.form_unknown`.
    """
    return assembling.assemble(blueprint, supply.find(session, blueprint), count, programmes)


def keep(unit: Unit, blueprint: Blueprint, assemblies: Sequence[Assembly]) -> list[str]:
    """Keep drawn forms as drafts; return their ids."""
    ids = []
    for n, assembly in enumerate(assemblies, 1):
        form = new_id("frm")
        title = blueprint.title if len(assemblies) == 1 else f"{blueprint.title} {n}"
        unit.session.add(_draft(unit, form, title, blueprint, assembly))
        unit.session.flush()
        placed = [(section.id, drawn) for section, items in zip(blueprint.sections, assembly, strict=True) for drawn in items]
        rows = [
            {"form": form, "place": place, "section": section, "item": drawn.item, "version": drawn.version}
            for place, (section, drawn) in enumerate(placed, 1)
        ]
        unit.session.execute(insert(FormItemRow), rows)
        audit.record(unit, "itembank.form.assembled", f"form/{form}", items=len(rows))
        ids.append(form)
    return ids


def freeze(unit: Unit, form_id: str) -> str:
    """Fix the content of a draft form for ever; return the hash of that content.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`, `itembank.form_state` when the form is published or withdrawn.
    """
    form = queries.lock_form(unit.session, form_id)
    if form.state == "frozen":
        assert form.content_hash is not None
        return form.content_hash
    _check_state(form, "draft")
    frozen = _freeze(unit.session, form)
    content = frozen.model_dump(mode="json", exclude_defaults=True)
    form.content, form.content_hash = content, content_hash(frozen)
    form.state, form.frozen_by, form.frozen_at = "frozen", unit.actor.account, unit.now
    detail = {"content_hash": form.content_hash, "items": len(frozen.items)}
    audit.record(unit, "itembank.form.frozen", f"form/{form_id}", **detail)
    outbox.announce(unit, facts.FORM_FROZEN, f"form/{form_id}", {"form": form_id, **detail})
    return form.content_hash


def publish(unit: Unit, form_id: str) -> None:
    """Let a frozen form be sat.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`, `itembank.form_state`, `itembank.own_form` when the same person froze it.
    """
    form = queries.lock_form(unit.session, form_id)
    if form.state == "published":
        return
    _check_state(form, "frozen")
    if form.frozen_by == unit.actor.account:
        raise errors.OWN_FORM()
    form.state, form.published_by, form.published_at = "published", unit.actor.account, unit.now
    unit.session.flush()
    reviewing.take_live(unit, form_id)
    audit.record(unit, "itembank.form.published", f"form/{form_id}", content_hash=form.content_hash)
    outbox.announce(unit, facts.FORM_PUBLISHED, f"form/{form_id}", {"form": form_id, "content_hash": form.content_hash})


def withdraw(unit: Unit, form_id: str, reason: str) -> None:
    """Let a form not be given to anybody any more; whoever sits it keeps it.  Done twice, it changes nothing.

    Raises:
        ExamError: `core.not_found`.
    """
    form = queries.lock_form(unit.session, form_id)
    if form.state == "withdrawn":
        return
    form.state = "withdrawn"
    unit.session.flush()
    reviewing.release(unit, form_id)
    audit.record(unit, "itembank.form.withdrawn", f"form/{form_id}", reason=reason)
    outbox.announce(unit, facts.FORM_WITHDRAWN, f"form/{form_id}", {"form": form_id, "reason": reason})


def find_published(session: Session, title: str) -> str | None:
    """Return the id of the newest published form with this title."""
    return queries.find_published_form(session, title)


def get_state(session: Session, form_id: str) -> str:
    """Return `draft`, `frozen`, `published` or `withdrawn`.

    Raises:
        ExamError: `core.not_found`.
    """
    return queries.get_form(session, form_id).state


def get_frozen(session: Session, form_id: str) -> FrozenForm:
    """Return the frozen content of a form; it never changes, so a process keeps the last ones that it read.

    Raises:
        ExamError: `core.not_found`, `itembank.form_state` when the form is not frozen yet.
    """
    kept = _frozen.get(form_id)
    if kept is not None:
        return kept
    form = queries.get_form(session, form_id)
    if form.content is None:
        raise errors.FORM_STATE(state=form_state(form.state))
    frozen = FrozenForm.model_validate(form.content)
    while len(_frozen) >= _KEPT:
        _frozen.pop(next(iter(_frozen)))
    _frozen[form_id] = frozen
    return frozen


def content_hash(frozen: FrozenForm) -> str:
    """Return the SHA-256 of the frozen form as JSON with sorted keys, defaults left out."""
    content = frozen.model_dump(mode="json", exclude_defaults=True)
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def total(assembly: Assembly) -> Decimal:
    """Return the full marks of a drawn form."""
    return sum((drawn.marks for items in assembly for drawn in items), Decimal(0))


def live_versions(session: Session) -> set[str]:
    """Return the item versions that stand in a frozen or published form."""
    return {version for _, version in queries.live_versions(session)}


def live_items(session: Session) -> set[str]:
    """Return the items of which any version stands in a frozen or published form."""
    return {item for item, _ in queries.live_versions(session)}


def _check_state(form: FormRow, state: str) -> None:
    if form.state != state:
        raise errors.FORM_STATE(state=form_state(form.state))


def _draft(unit: Unit, form: str, title: str, blueprint: Blueprint, assembly: Assembly) -> FormRow:
    return FormRow(
        id=form,
        title=title,
        programme=blueprint.programme,
        level=blueprint.level,
        paper=blueprint.paper,
        language=blueprint.language,
        pool=blueprint.pool,
        state="draft",
        blueprint=blueprint.model_dump(mode="json", exclude_defaults=True),
        total_marks=total(assembly),
        created_by=unit.actor.account,
        created_at=unit.now,
    )


def _freeze(session: Session, form: FormRow) -> FrozenForm:
    rows = queries.items_of_form(session, form.id)
    found = queries.contents(session, [row.version for row in rows])
    sections = []
    for section in Blueprint.model_validate(form.blueprint).sections:
        items = tuple(
            FrozenItem(place=str(row.place), version=row.version, content=Content.model_validate(found[row.version]))
            for row in rows
            if row.section == section.id
        )
        sections.append(
            FrozenSection(
                id=section.id,
                title=section.title,
                instructions=section.instructions,
                shuffle_items=section.shuffle_items,
                shuffle_options=section.shuffle_options,
                limit_s=section.limit_s,
                items=items,
            )
        )
    return FrozenForm(
        form=form.id,
        title=form.title,
        language=form.language,
        programme=form.programme,
        level=form.level,
        paper=form.paper,
        total_marks=form.total_marks,
        sections=tuple(sections),
    )
