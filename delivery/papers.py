"""The frozen forms as delivery uses them."""

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from delivery.gates import Paper, PaperSource
from itembank import forms, paper
from itembank.content import FrozenForm

KEPT = 64  # forms that a process keeps at hand


def frozen_paper(session: Session, form: str) -> Paper:
    """Return a frozen form of the item bank."""
    frozen = forms.get_frozen(session, form)
    return Paper(paper.answer_kinds(frozen), partial(_build, frozen))


class Shelf:
    """Papers that a process keeps at hand; a frozen form never changes."""

    def __init__(self, source: PaperSource) -> None:
        self._source = source
        self._papers: dict[str, Paper] = {}

    def get(self, session: Session, form: str) -> Paper:
        """Return the paper of a form."""
        kept = self._papers.get(form)
        if kept is None:
            kept = self._source(session, form)
            while len(self._papers) >= KEPT:
                self._papers.pop(next(iter(self._papers)))
            self._papers[form] = kept
        return kept


def _build(frozen: FrozenForm, seed: int, attempt: str) -> dict[str, Any]:
    return paper.build(frozen, seed, attempt)
