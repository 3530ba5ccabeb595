"""A test that came with its items, made into a blueprint of the bank: its items are named by the references that they got."""

from collections.abc import Mapping, Sequence
from posixpath import normpath
from typing import Any

from pydantic import ValidationError

from core.faults import faults_of
from itembank import errors
from itembank.blueprint import Blueprint
from itembank.exchange.report import Plan, Planned, Remark


def plan(found: Planned, items: Mapping[str, tuple[str, str]]) -> tuple[Plan | Remark, tuple[Remark, ...]]:
    """Return the blueprint of a test, or why there is none, and its notes; `items` are reference and language of items by their files."""
    known = {normpath(file): ref for file, (ref, _) in items.items()}
    notes = list(found.notes)
    for file in [file for section in found.blueprint["sections"] for draw in section["draws"] for file in draw["refs"]]:
        if file not in known:
            notes.append(Remark(found.ref, errors.QTI_ITEM_NOT_IN(file=file), found.place))
    sections = [section | {"draws": _named(section["draws"], known)} for section in found.blueprint["sections"]]
    languages = [items[file][1] for file in items]
    values = found.blueprint | {
        "language": max(("zh", "en"), key=languages.count),
        "sections": [section for section in sections if section["draws"]],
        "limits": _named(found.blueprint["limits"], known),
    }
    if not values["sections"]:
        return Remark(found.ref, errors.QTI_TEST_EMPTY(), found.place), ()
    try:
        return Plan(found.ref, Blueprint.model_validate(values)), tuple(notes)
    except ValidationError as error:
        first = faults_of(error)[0]
        return Remark(found.ref, errors.FIELD_WRONG(field=first.field, detail=first.reason), found.place), ()


def _named(filters: Sequence[dict[str, Any]], known: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return draws or limits with references in the place of files; of items that did not go in as many fewer are drawn."""
    named = []
    for one in filters:
        refs = [known[file] for file in one["refs"] if file in known]
        if refs:
            count = {"count": len(refs) if one["count"] == len(one["refs"]) else min(one["count"], len(refs))} if "count" in one else {}
            named.append(one | {"refs": refs} | count)
    return named
