"""Markdown tables for the parts of `docs/` that are made from the code."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Made from the code by `make docs`; change the code, not this file. -->"


def page(title: str, intro: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a page of one table."""
    return "\n".join([NOTE, "", f"# {title}", "", intro, "", *table(head, rows)]) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    return [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
