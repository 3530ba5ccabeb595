"""A frozen form out of the bank as a QTI package: its test, and its items with their keys.

As with items, what was written is read back and compared, and what differs is told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core import audit
from core.aside import aside
from core.unit import Database, Unit
from itembank import errors, queries
from itembank.blueprint import Blueprint, Section
from itembank.exchange import qti_read, qti_write
from itembank.exchange.draft import Draft
from itembank.exchange.export import DIALECTS, Exported, Lost, differing, export, settled
from itembank.exchange.intake import get_source, prepare
from itembank.exchange.qti_write import Form
from itembank.exchange.report import Plan
from itembank.wording import form_state

Format = Literal["qti3", "qti22", "qti21"]


@dataclass(frozen=True)
class Taken:
    """A frozen form as it goes out: what is said of it, its drafts by section, the hash that it was frozen with."""

    form: Form
    paper: str
    drafts: Sequence[Sequence[Draft]]
    content_hash: str


def take_out(database: Database, form_id: str, wanted: Format) -> tuple[Taken, Exported]:
    """Write a frozen form, keys and all, into a package, outside any transaction and aside.

    Raises:
        ExamError: `core.not_found`, `itembank.form_state` when it is not frozen yet.
    """
    with database.reading() as session:
        row = queries.get_form(session, form_id)
        if row.content_hash is None:
            raise errors.FORM_STATE(state=form_state(row.state))
        sections = Blueprint.model_validate(row.blueprint).sections
        placed = [(item.section, get_source(session, item.version)) for item in queries.items_of_form(session, form_id)]
        form = Form(row.id, row.title, row.programme, row.level, sections)
        drafts = [[draft for name, draft in placed if name == section.id] for section in sections]
        taken = Taken(form, row.paper, drafts, row.content_hash)
    return taken, aside(write, taken, wanted)


def note_taken(unit: Unit, taken: Taken, wanted: Format, exported: Exported) -> None:
    """Keep in the audit trail who takes a form out; to be done before the file is handed over."""
    told = {"format": wanted, "items": exported.items, "content_hash": taken.content_hash}
    audit.record(unit, "itembank.form.exported", f"form/{taken.form.id}", **told)


def write(taken: Taken, wanted: Format) -> Exported:
    """Write a form; an item that cannot be read back stays out."""
    alone = export((draft for held in taken.drafts for draft in held), wanted)
    sound = _refs_in(alone)
    drafts = [[draft for draft in map(settled, held) if draft.ref in sound] for held in taken.drafts]
    filled = [(section, held) for section, held in zip(taken.form.sections, drafts, strict=True) if held]
    form = Form(taken.form.id, taken.form.title, taken.form.programme, taken.form.level, [section for section, _ in filled])
    data = qti_write.write_form(form, [held for _, held in filled], DIALECTS[wanted])
    lost = [Lost(taken.form.id, feature) for feature in _lost(taken, data)]
    return Exported(data, alone.items, (*lost, *alone.lost))


def _refs_in(exported: Exported) -> set[str]:
    return {version.ref for version, _ in prepare(qti_read.read(exported.data, "")).versions}


def _lost(taken: Taken, data: bytes) -> Iterator[str]:
    """Name what of the form the package does not hold."""
    back = next(iter(prepare(qti_read.read(data, "")).tests), None)
    form = taken.form
    refs = [[draft.ref for draft in held] for held in taken.drafts]
    told = _told(form.title, form.programme, form.level, taken.paper, form.sections, refs)
    yield from dict.fromkeys(differing(told, _of_plan(back) if back else {}, "form"))


def _of_plan(plan: Plan) -> dict[str, Any]:
    found = plan.blueprint
    refs = [[ref for draw in section.draws for ref in draw.refs] for section in found.sections]
    return _told(found.title, found.programme, found.level, found.paper, found.sections, refs)


def _told(title: str, programme: str, level: str, paper: str, sections: Sequence[Section], refs: Sequence[Sequence[str]]) -> dict[str, Any]:
    kept = {"title", "instructions", "shuffle_items", "shuffle_options", "limit_s"}
    held = [section.model_dump(include=kept) | {"items": list(of)} for section, of in zip(sections, refs, strict=True)]
    return {"title": title, "programme": programme, "level": level, "paper": paper, "sections": held}
