"""What the browser is given: the desk of one candidate, with the parameters of one seed written in.

Nothing here ever saw the key.  Every string is plain text for the browser to insert as text, save `html`, whose
markup is the sanitised source and whose parameter values are escaped.
"""

from collections.abc import Mapping
from typing import Any

from itembank.business.expression import Value
from itembank.business.parameters import draw, fill
from itembank.business.reducer import MAX_LONG, MAX_SHORT
from itembank.business.scenario import Document, FormField, HtmlBlock, TableBlock, Visible


def workspace(visible: Visible, seed: int) -> dict[str, Any]:
    """Return the desk as JSON values:

        {"language", "title", "task", "marks", "limits": {"short", "long"},
         "documents": [{"id", "kind", "title", "mail": null or {"sender", "to", "sent", "subject"},
                        "blocks": [{"html"} or {"caption", "columns": [{"label", "align"}], "rows": [[…]]}]}],
         "steps": [{"tool", "title", "fields": [{"name", "type", "label", "hint", "marks", "unit", "start",
                                                "options": [{"id", "label"}]}]}]}

    Marks are decimal texts, `limits` numbers of characters.
    """
    values = draw(visible.parameters, seed)
    return {
        "language": visible.language,
        "title": fill(visible.title, values),
        "task": fill(visible.task, values),
        "marks": str(visible.marks),
        "limits": {"short": MAX_SHORT, "long": MAX_LONG},
        "documents": [_document(document, values) for document in visible.documents],
        "steps": [
            {
                "tool": step.tool,
                "title": fill(step.title, values),
                "fields": [_field(field, values) for field in step.fields],
            }
            for step in visible.steps
        ],
    }


def _document(document: Document, values: Mapping[str, Value]) -> dict[str, Any]:
    head = document.mail.model_dump() if document.mail else None
    return {
        "id": document.id,
        "kind": document.kind,
        "title": fill(document.title, values),
        "mail": head and {name: fill(text, values) for name, text in head.items()},
        "blocks": [_block(block, values) for block in document.blocks],
    }


def _block(block: HtmlBlock | TableBlock, values: Mapping[str, Value]) -> dict[str, Any]:
    if isinstance(block, HtmlBlock):
        return {"html": fill(block.html, values, html=True)}
    return {
        "caption": fill(block.caption, values),
        "columns": [{"label": fill(column.label, values), "align": column.align} for column in block.columns],
        "rows": [[fill(cell, values) for cell in row] for row in block.rows],
    }


def _field(field: FormField, values: Mapping[str, Value]) -> dict[str, Any]:
    return {
        "name": field.name,
        "type": field.type,
        "label": fill(field.label, values),
        "hint": fill(field.hint, values),
        "marks": str(field.marks),
        "unit": field.unit,
        "start": fill(field.start, values),
        "options": [{"id": option.id, "label": fill(option.label, values)} for option in field.options],
    }
