"""Items, sheets and forms for tests."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from core.actor import Actor, Role
from core.unit import Unit
from itembank import forms, queries, reviewing
from itembank.blueprint import Blueprint
from itembank.exchange.draft import Draft
from itembank.exchange.intake import import_drafts
from itembank.exchange.report import Place, Read, Report
from itembank.exchange.sheet_columns import BY_NAME
from itembank.exchange.sheet_examples import EXAMPLES

AUTHOR = Actor("acc_author", frozenset({Role.AUTHOR}))
OFFICE = Actor("acc_office", frozenset({Role.OFFICE}))
SECOND = Actor("acc_second", frozenset({Role.OFFICE}))
SECRET = "KEY-MATERIAL-7f3a"  # stands in every key, never in a content


def choice(ref: str, kind: str = "single", options: int = 4, **over: Any) -> Draft:
    """Make a choice of which the first option is right."""
    letters = "ABCDEFGH"[:options]
    values = {
        "ref": ref,
        "kind": kind,
        "stem": f"Question {ref}?",
        "options": [{"id": letter, "html": f"{ref} option {letter}"} for letter in letters],
        "key": {"correct": ["A"]},
        "explanation": SECRET,
    }
    return Draft.model_validate(values | over)


def written(ref: str, **over: Any) -> Draft:
    """Make an extended text with a rubric."""
    levels = [{"marks": 0, "text": "no"}, {"marks": 4, "text": SECRET}]
    rubric = [{"id": "c1", "title": "It says so", "levels": levels}]
    values = {"ref": ref, "kind": "extended", "stem": "Explain.", "marks": 4, "key": {"rubric": rubric, "reference": SECRET}}
    return Draft.model_validate(values | over)


def case(ref: str, **over: Any) -> Draft:
    """Make a case of a choice (2 marks), a number (1) and an extended text (4)."""
    parts = [
        choice("p").model_dump(include={"kind", "stem", "options", "key", "explanation"}) | {"marks": 2},
        {"kind": "numeric", "stem": "How much?", "key": {"correct": ["12.5"], "tolerance": "0.1"}, "marks": 1, "explanation": SECRET},
        written("p").model_dump(include={"kind", "stem", "key", "marks"}),
    ]
    exhibits = [{"title": "Price list", "html": "<table><tr><td>1</td></tr></table>"}]
    values = {
        "ref": ref,
        "kind": "case",
        "title": f"Case {ref}",
        "stimulus": "<p>A text.</p>",
        "exhibits": exhibits,
        "parts": parts,
        "marks": 7,
    }
    return Draft.model_validate(values | over)


def take_in(unit: Unit, drafts: Iterable[Draft], *, dry_run: bool = False) -> Report:
    """Import drafts."""
    return import_drafts(unit, [Read(draft, Place(row=n)) for n, draft in enumerate(drafts, 1)], dry_run=dry_run)


def item_id(unit: Unit, ref: str) -> str:
    """Return the id of the item under a reference."""
    return queries.lock_known(unit.session, [ref])[ref].item


def approve_newest(unit: Unit, refs: Sequence[str]) -> None:
    """Approve the newest versions of the items with these references."""
    reviewing.approve_all(unit, {ref: known.n for ref, known in queries.lock_known(unit.session, refs).items()})


def stock(database: Any, drafts: Sequence[Draft], now: Any) -> dict[str, str]:
    """Import drafts and hand them in as the author, and approve them as the office; return reference → item id."""
    refs = [draft.ref for draft in drafts]
    with database.unit(AUTHOR, now) as unit:
        report = take_in(unit, drafts)
        assert not report.refused, [remark.as_dict("en") for remark in report.refused]
        reviewing.submit_all(unit, refs)
    with database.unit(OFFICE, now) as unit:
        approve_newest(unit, refs)
        return {ref: item_id(unit, ref) for ref in refs}


def published(database: Any, blueprint: Blueprint, now: Any) -> str:
    """Assemble, freeze and publish a form; return its id."""
    with database.unit(OFFICE, now) as unit:
        form = forms.assemble(unit, blueprint)
        forms.freeze(unit, form)
    with database.unit(SECOND, now) as unit:
        forms.publish(unit, form)
    return form


def sheet(rows: Sequence[dict[str, Any]], headings: Sequence[str] | None = None) -> bytes:
    """Write rows (heading → value) as an xlsx file, the headings in the first row."""
    heads = list(headings) if headings else list(dict.fromkeys(head for row in rows for head in row))
    memory = BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, heads)
        for n, row in enumerate(rows, 1):
            for column, head in enumerate(heads):
                if row.get(head) is not None:
                    page.write(n, column, row[head])
    return memory.getvalue()


def example_sheet() -> bytes:
    """Write the template's examples as a sheet to import."""
    return sheet([{BY_NAME[name].heading: value for name, value in example.items()} for example in EXAMPLES])
