"""What the page of regrades shows: the questions of a paper with their keys, and every regrade in words and pictures."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import unescape
from itertools import chain
from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from scoring import regrade
from scoring.analysis.svg import ACCENT, INK, Frame, ticks
from scoring.analysis.words import Say
from scoring.changes import Change
from scoring.judging import BY_HAND, Sheet
from scoring.ruled import changes_of
from scoring.tables import RegradeRow

_BARS = 20
_WORDS = 80


@dataclass(frozen=True)
class Asked:
    """One question as the office chooses it: its place, kind, beginning, options (id, words), what is right now, full marks."""

    place: str
    kind: str
    words: str
    options: list[tuple[str, str]]
    correct: list[str]
    marks: Decimal
    has_key: bool


@dataclass(frozen=True)
class Shown:
    """One regrade in words: who and when by name, what it changes, and its picture once it is previewed.

    `outdated`: it waits for its approval, but what it was previewed on has changed.
    """

    row: RegradeRow
    changes: list[Change]
    proposed_by: str
    committed_by: str
    names: Mapping[str, str]
    picture: Markup | None
    outdated: bool


def questions(session: Session, paper: str) -> list[Asked]:
    """Return the questions of a paper in their order.

    Raises:
        ExamError: `core.not_found` when nothing was handed in.
    """
    found = []
    for place, question in Sheet.of_form(session, regrade.form_of(session, paper)).questions.items():
        content, key = question.content, question.placed
        options = [(option.id, _words(option.html)) for option in content.options]
        has_key = key.kind not in BY_HAND
        found.append(Asked(place, key.kind, _words(content.stem), options, list(key.key.correct), key.marks, has_key))
    return found


def people_in(rows: Iterable[RegradeRow]) -> set[str]:
    """Return the accounts that the regrades name."""
    found: set[str] = set()
    for row in rows:
        found |= {account for account in (row.proposed_by, row.committed_by) if account}
        said = row.preview["consequences"] if row.preview else {}
        found |= {entry["candidate"] for entry in chain(*(said.get(part, []) for part in ("lines", "bands", "certificates")))}
    return found


def shown(row: RegradeRow, names: Mapping[str, str], say: Say, *, outdated: bool) -> Shown:
    """Return a regrade as it is shown."""
    committed_by = names.get(row.committed_by, row.committed_by) if row.committed_by else ""
    picture = Markup(_picture(row.preview, say)) if row.preview else None  # noqa: S704 - numbers, and words that Frame escapes
    return Shown(row, changes_of(row), names.get(row.proposed_by, row.proposed_by), committed_by, names, picture, outdated)


def _picture(preview: Mapping[str, Any], say: Say) -> str:
    """Draw how many have which total, before in grey and after in colour, bar beside bar."""
    totals = preview["totals"]
    full = max(Decimal(preview["max_marks"]["before"]), Decimal(preview["max_marks"]["after"]), Decimal(1))
    before, after = (_binned(totals[when], full) for when in ("before", "after"))
    most = max([*before, *after, 1])
    frame = Frame(560, 240, (0, float(full)), (0, most * 1.1))
    frame.axes(ticks(0, float(full), 10), [tick for tick in ticks(0, most, 4) if tick[0] == int(tick[0])], say("总分"), say("人数"))
    width = float(full) / _BARS
    for n in range(_BARS):
        left = n * width
        if before[n]:
            frame.bar(left, left + width / 2, before[n], INK, "ink")
        if after[n]:
            frame.bar(left + width / 2, left + width, after[n], ACCENT)
    for when, colour in (("before", INK), ("after", ACCENT)):
        mean = _mean(totals[when])
        if mean is not None:
            frame.line([(mean, 0), (mean, most * 1.1)], colour, "ink" if when == "before" else "data", 1.5, "5 3")
    return frame.svg(say("改判前后的总分分布"))


def _binned(counts: Mapping[str, int], full: Decimal) -> list[int]:
    bars = [0] * _BARS
    for total, count in counts.items():
        bars[min(int(Decimal(total) * _BARS / full), _BARS - 1)] += count
    return bars


def _mean(counts: Mapping[str, int]) -> float | None:
    people = sum(counts.values())
    return float(sum(Decimal(total) * count for total, count in counts.items()) / people) if people else None


def _words(html: str) -> str:
    """Return the bare words of sanitised HTML, cut to a length."""
    text = " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
    return text if len(text) <= _WORDS else f"{text[: _WORDS - 1]}…"
