"""The questions and case sets of the demo bank, as drafts."""

from functools import cache
from pathlib import Path

from itembank.exchange.draft import Draft

FOLDER = Path(__file__).resolve().parents[2] / "itembank/demo"


@cache
def demo_bank() -> tuple[Draft, ...]:
    """Return every draft of the demo bank, in the order of the files."""
    lines = [line for path in sorted(FOLDER.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(Draft.model_validate_json(line) for line in lines)


def questions(pool: str = "live") -> list[Draft]:
    """Return the single, multiple and true-or-false questions of a pool."""
    return [draft for draft in demo_bank() if draft.pool == pool and draft.kind in {"single", "multiple", "truefalse"}]


def case_sets() -> list[Draft]:
    """Return the case-analysis sets."""
    return [draft for draft in demo_bank() if draft.kind == "case"]
