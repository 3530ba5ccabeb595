"""Tables for people."""

from collections.abc import Iterable
from typing import Any

from scoring.analysis.numbers import plain


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    """Return lines of a table for people, columns aligned, four decimals, `-` for what does not exist."""
    cells = [list(head), *([_text(plain(value)) for value in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]


def _text(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
