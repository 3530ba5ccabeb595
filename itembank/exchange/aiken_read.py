"""Aiken: a question on its lines, options `A) …` or `A. …`, and the line `ANSWER: A`; all of it plain text.

Source: Moodle's documentation of the Aiken format.
"""

import html
import re
from collections.abc import Iterator
from decimal import Decimal

from itembank import errors
from itembank.exchange import gift_syntax, weighted
from itembank.exchange.report import Place, Reading, Remark
from itembank.exchange.weighted import Answer, Found

_OPTION = re.compile(r"\s*([A-Z])[.)]\s+(.*\S)\s*")
ANSWER = re.compile(r"\s*ANSWER:\s*([A-Z])\s*")


def is_aiken(text: str) -> bool:
    """Say whether a text has an option and an answer line of this format."""
    lines = text.splitlines()
    return any(map(ANSWER.fullmatch, lines)) and any(map(_OPTION.fullmatch, lines))


def read(data: bytes) -> Iterator[Reading]:
    """Yield every question of a file, or why it stays out.

    Raises:
        ExamError: `itembank.file_unreadable`.
    """
    yield from weighted.readings(_questions(gift_syntax.decode(data)))


def _questions(text: str) -> Iterator[Found | Remark]:
    stem: list[str] = []
    options: list[tuple[str, str]] = []
    first = 1
    for row, line in enumerate(text.splitlines(), 1):
        option, answer = _OPTION.fullmatch(line), ANSWER.fullmatch(line)
        if not stem and not options:
            first = row
        if answer:
            yield _question(stem, options, answer[1], Place(row=first))
            stem, options = [], []
        elif option and stem:
            options.append((option[1], option[2]))
        elif options and line.strip():
            yield Remark("", errors.QUESTION_WRONG(detail=options[-1][1][:40]), Place(row=first))
            stem, options, first = [line.strip()], [], row
        elif line.strip():
            stem.append(line.strip())
    if stem:
        yield Remark("", errors.QUESTION_WRONG(detail="ANSWER:"), Place(row=first))


def _question(stem: list[str], options: list[tuple[str, str]], answer: str, place: Place) -> Found | Remark:
    letters = [letter for letter, _ in options]
    shown = " ".join(stem)[:40]
    if letters != list(weighted.LETTERS[: len(letters)]):
        return Remark("", errors.OPTIONS_UNCLEAR(found=" ".join(letters)[:60]), place)
    if answer not in letters:
        return Remark("", errors.QUESTION_WRONG(detail=f"{shown} ANSWER: {answer}"), place)
    answers = tuple(Answer(html.escape(text, quote=False), Decimal(100 if letter == answer else 0)) for letter, text in options)
    return Found("single", html.escape("\n".join(stem), quote=False).replace("\n", "<br>"), place, answers=answers)
