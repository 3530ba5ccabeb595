"""GIFT as text: questions parted by blank lines, their titles, answers, weights and feedback; nothing is judged here.

Source: Moodle's documentation of the GIFT format, and `question/format/gift/format.php` where that is silent: comments and `[id:…]`,
`[tag:…]` in them, `%weight%`, `####` before the general feedback, a backslash before `~ = # { } : \\` and `n`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from itembank import errors

BLANK = "_____"  # where an answer stood inside the sentence
MOST_ANSWERS = 200  # of one question
_BASE = 0xF0000  # private characters, which hold what a backslash made literal
_ESCAPED = re.compile(r"\\([\\~=#{}:n])")
_HIDDEN = re.compile(f"[{chr(_BASE)}-{chr(_BASE + 0x7F)}]")
_TITLE = re.compile(r"::(.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(html|moodle|plain|markdown)\]")
_WEIGHT = re.compile(r"\s*%\s*([-+]?[0-9]{1,3}(?:\.[0-9]{1,9})?)\s*%")
_MARK = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])*)\]")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}


@dataclass(frozen=True)
class Text:
    """A text and how it is to be read: `moodle`, `html`, `plain` or `markdown`."""

    format: str
    text: str


@dataclass(frozen=True)
class Choice:
    """One answer: its sign, its weight in percent when one is written, its text, its feedback; `match` after `->`."""

    is_correct: bool
    weight: Decimal | None
    text: Text
    feedback: Text | None
    match: str | None = None

    @property
    def worth(self) -> Decimal:
        """Return the weight in percent: what is written, else 100 for `=` and 0 for `~`."""
        return self.weight if self.weight is not None else Decimal(100 if self.is_correct else 0)


@dataclass(frozen=True)
class Question:
    """One entry of the file; `kind` is `Category`, `Description`, `Essay`, `TF`, `MC`, `Short`, `Matching` or `Numerical`.

    `choices` holds the answers; for `TF` a single one, whose sign says whether the sentence is true, and `feedback` what stood behind it.
    """

    kind: str
    row: int
    title: str = ""
    stem: Text = Text("moodle", "")
    embedded: bool = False
    general: Text | None = None
    choices: tuple[Choice, ...] = ()
    feedback: tuple[str, ...] = ()
    id: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """An entry that cannot be parsed, and why."""

    row: int
    detail: str


def parse(text: str) -> Iterator[Question | Broken]:
    """Yield every entry of a file, with the row (from 1) where it begins."""
    for row, lines in _blocks(text):
        comments = [line for line in lines if line.lstrip().startswith("//")]
        body = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
        if not body.strip():
            continue
        try:
            yield _question(body, row, _marks(comments))
        except ValueError as error:
            yield Broken(row, str(error))


def escape(text: str) -> str:
    """Return a text as GIFT writes it: stripped, on one line, its signs behind backslashes."""
    return re.sub(r"([\\~=#{}:])", r"\\\1", text.strip().replace("\r", "")).replace("\n", "\\n")


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for row, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line.strip().startswith("$CATEGORY:"):
            if block:
                yield row - len(block), block
            yield row, [line]
            block = []
        elif line.strip():
            block.append(line)
        elif block:
            yield row - len(block), block
            block = []
    if block:
        yield row - len(block) + 1, block


def _marks(comments: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"id": [], "tag": []}
    for line in comments:
        for name, value in _MARK.findall(line):
            found[name].append(re.sub(r"\\([\]\\])", r"\1", value).strip())
    return found


def _question(body: str, row: int, marks: dict[str, list[str]]) -> Question:
    if body.strip().startswith("$CATEGORY:"):
        return Question("Category", row, title=body.strip().removeprefix("$CATEGORY:").strip())
    hidden = _ESCAPED.sub(lambda found: chr(_BASE + ord(found[1])), _HIDDEN.sub("", body)).strip()
    title = _TITLE.match(hidden)
    rest = hidden[title.end() :] if title else hidden
    before, opened, inside = rest.partition("{")
    inside, closed, after = inside.partition("}")
    if bool(opened) != bool(closed) or "}" in before or "{" in inside or "{" in after or "}" in after:
        raise ValueError("{ }")
    embedded = bool(after.strip())
    told = Question(
        "Description",
        row,
        title=_show(title[1]) if title else "",
        stem=_text(before.rstrip() + (f" {BLANK} {after.strip()}" if embedded else ""), "moodle"),
        embedded=embedded,
        id=next(iter(marks["id"]), ""),
        tags=tuple(marks["tag"]),
    )
    return _answered(told, inside) if opened else told


def _answered(told: Question, inside: str) -> Question:
    answers, general_mark, general = inside.partition("####")
    answers = answers.strip()
    values = vars(told) | {"general": _text(general, told.stem.format) if general_mark else None}
    truth, *feedback = answers.split("#")
    if not answers:
        return Question(**values | {"kind": "Essay"})
    if answers.count("=") + answers.count("~") > MOST_ANSWERS:
        raise ValueError(f"> {MOST_ANSWERS} answers")
    if truth.strip() in _TRUTH:
        one = Choice(_TRUTH[truth.strip()], None, told.stem, None)
        return Question(**values | {"kind": "TF", "choices": (one,), "feedback": tuple(map(_show, feedback))})
    numeric = answers.startswith("#")
    answers = answers.removeprefix("#").strip()
    if answers[:1] not in {"=", "~"}:
        if not numeric and ("~" in answers or "=" in answers):
            raise ValueError(_show(answers)[:40])
        answers = f"={answers}"
    choices = tuple(_choice(sign, text, told.stem.format) for sign, text in re.findall(r"([=~])([^=~]*)", answers))
    if numeric:
        kind = "Numerical"
    elif "~" in answers:
        kind = "MC"
    elif all(choice.match is not None for choice in choices):
        kind = "Matching"
    else:
        kind = "Short"
    return Question(**values | {"kind": kind, "choices": choices})


def _choice(sign: str, source: str, default: str) -> Choice:
    weight = _WEIGHT.match(source)
    text, has_feedback, feedback = source[weight.end() if weight else 0 :].partition("#")
    _, arrow, right = text.partition("->")
    shown = _text(feedback, default) if has_feedback else None
    if shown and not shown.text:
        shown = None
    match = _show(right.strip()) if arrow else None
    return Choice(sign == "=", Decimal(weight[1]) if weight else None, _text(text, default), shown, match)


def _text(source: str, default: str) -> Text:
    found = _FORMAT.match(source)
    kind = found[1] if found else default
    text = source[found.end() if found else 0 :].strip()
    return Text(kind, _show(" ".join(text.split()) if kind == "moodle" else text))


def _show(hidden: str) -> str:
    return _HIDDEN.sub(lambda found: chr(ord(found[0]) - _BASE).replace("n", "\n"), hidden)


def decode(data: bytes) -> str:
    """Return the text of a file.

    Raises:
        ExamError: `itembank.file_unreadable`.
    """
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else encoding)
        except UnicodeDecodeError:
            continue
    raise errors.FILE_UNREADABLE(detail="UTF-8")
