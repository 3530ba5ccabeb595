"""What offices write in one cell for a list, pairs, an order, worths or units: read, and written so that it is read the same."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from unicodedata import normalize

from itembank import errors
from itembank.exchange.option_text import split_options
from itembank.kinds.errors import GAPS_WRONG, UNITS_WRONG, WORTHS_WRONG

ALWAYS_WRONG = "错"
_NUMBERED = re.compile(r"\s*[(（]?([0-9０-９]{1,2})[)）]?[ \u3000]*(?:[.．、:：]|(?<=[)）]))(?![0-9０-９])[ \u3000]*")
_PAIR = re.compile(r"([0-9]{1,2})[-–—=:.、→>)]*([A-Z])[,;、/|]*")
_PAIRS = re.compile(rf"(?:{_PAIR.pattern})+")
_LETTERS = re.compile(r"[A-Z](?:[,;、/|→>\-–—]*[A-Z])*")
_WORTH = re.compile(r"([A-Z]|[0-9]{1,2})\s*([A-Z]|[0-9]{1,2})?")
_BAR = re.compile(r"[|｜]")
_PARTED = re.compile(r"[;；,，|｜\n]")
_LINES = re.compile(r"[;；|｜\n]")
TEXTS = r"[|｜\n]"
"""What parts several texts."""


def read_numbered(cell: str) -> list[str]:
    """Return the entries of a list, one a line; where the first line is numbered, a line without a number belongs to the one before.

    Raises:
        ExamError: `itembank.gaps_wrong`, when the numbers do not run 1, 2, 3 …
    """
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    if not lines or not _NUMBERED.match(lines[0]):
        return lines
    entries: list[str] = []
    numbers: list[int] = []
    for line in lines:
        if found := _NUMBERED.match(line):
            numbers.append(int(found[1]))
            entries.append(line[found.end() :])
        else:
            entries[-1] = f"{entries[-1]}\n{line}"
    if numbers != list(range(1, len(numbers) + 1)):
        raise GAPS_WRONG(found=" ".join(map(str, numbers))[:80])
    return entries


def write_numbered(entries: Iterable[str]) -> str:
    """Return the cell of a list."""
    return "\n".join(f"{n}. {entry}" for n, entry in enumerate(entries, 1))


def read_gap_options(cell: str) -> list[list[str]]:
    """Return the options of each gap, a gap a line: `1. receipt|invoice`, or `1. A. receipt B. invoice`.

    Raises:
        ExamError: `itembank.gaps_wrong`, `itembank.options_unclear`.
    """
    return [_options_of(entry) for entry in read_numbered(cell)]


def _options_of(entry: str) -> list[str]:
    parted = _BAR.split(entry)
    if len(parted) > 1:
        return [option.strip() for option in parted]
    marked = split_options(entry)
    return marked[1] if marked and not marked[0] else parted


def read_pairs(answer: str) -> list[str]:
    """Return the pairs of a key: `1C 2A` (also `1-C`, `1：C`, with or without signs between), or the letters alone in order of the gaps.

    Raises:
        ExamError: `itembank.answer_unknown`.
    """
    text = _compact(answer)
    if _PAIRS.fullmatch(text):
        return [f"{int(gap)} {letter}" for gap, letter in _PAIR.findall(text)]
    return [f"{n} {letter}" for n, letter in enumerate(read_order(answer), 1)]


def read_order(answer: str) -> list[str]:
    """Return letters in their order: `CAB`, `C-A-B`, `C→A→B`.

    Raises:
        ExamError: `itembank.answer_unknown`.
    """
    text = _compact(answer)
    if text and not _LETTERS.fullmatch(text):
        raise errors.ANSWER_UNKNOWN(answer=answer[:80])
    return re.findall("[A-Z]", text)


def write_values(values: Iterable[str]) -> str:
    """Return pairs as `1C 2A`, and letters as `CAB`."""
    told = [value.replace(" ", "") for value in values]
    return ("" if all(len(value) == 1 for value in told) else " ").join(told)


def read_worths(cell: str, *, of_texts: bool) -> dict[str, Decimal]:
    """Return what each value is worth: `A=2;B=-1`, `1B=2`, `B1=1`; texts one a line.

    Raises:
        ExamError: `itembank.worths_wrong`.
    """
    found: dict[str, Decimal] = {}
    for entry in filter(str.strip, re.split(TEXTS if of_texts else _PARTED, cell)):
        name, number = _assigned(entry)
        value = name if of_texts else _value(name)
        worth = _number(number)
        if not value or worth is None or value in found:
            raise WORTHS_WRONG(detail=entry.strip()[:80])
        found[value] = worth
    return found


def write_worths(worths: Mapping[str, Decimal], *, of_texts: bool) -> str:
    """Return the cell of worths."""
    told = {value if of_texts else value.replace(" ", ""): worth for value, worth in worths.items()}
    return ("\n" if of_texts else ";").join(f"{value}={figure(worth)}" for value, worth in told.items())


def read_units(cell: str) -> list[tuple[str, Decimal | None]]:
    """Return two or more units with factors, None of one that is always wrong: `kg=1`, `g=0.001`, `m=错`, one a line or parted by `;`.

    Raises:
        ExamError: `itembank.units_wrong`.
    """
    found: list[tuple[str, Decimal | None]] = []
    for entry in filter(str.strip, _LINES.split(cell)):
        name, number = _assigned(entry)
        factor = _number(number)
        if not name or (number != ALWAYS_WRONG and (factor is None or factor <= 0)):
            raise UNITS_WRONG(detail=entry.strip()[:80])
        found.append((name, factor))
    if len(found) < 2:
        raise UNITS_WRONG(detail=cell.strip()[:80] or "–")
    return found


def write_units(units: Sequence[tuple[str, Decimal | None]]) -> str:
    """Return the cell of units."""
    return "\n".join(f"{name}={ALWAYS_WRONG if factor is None else figure(factor)}" for name, factor in units)


def figure(number: Decimal) -> str:
    """Return a number in its shortest form."""
    return f"{number.normalize() + 0:f}"


def _compact(text: str) -> str:
    return "".join(normalize("NFKC", text).upper().split())


def _assigned(entry: str) -> tuple[str, str]:
    name, _, number = entry.replace("＝", "=").rpartition("=")
    return name.strip(), normalize("NFKC", number).strip().removesuffix("分").strip()


def _value(name: str) -> str:
    found = _WORTH.fullmatch(normalize("NFKC", name).upper())
    return " ".join(filter(None, found.groups())) if found else ""


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 30 else None
