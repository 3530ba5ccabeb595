"""Responses and their key: options or marks, with what is missing."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import Words
from scoring.option_table import MISSING, Codes
from web.analysis.errors import KEY_BAD
from web.analysis.sheets import Floats, Sheet, codes_of, natural_order, read_sheet


@dataclass(frozen=True)
class Responses:
    """Who answered what.  `marks` `(persons, items)` with NaN for missing; for right-or-wrong items also the codes.

    `codes` are places in `options` of the item (None when marks are more than 0 and 1); `key` is the code of the right
    option; `keyed` tells that the options were given, not marks.
    """

    items: tuple[str, ...]
    persons: tuple[str, ...]
    marks: Floats
    codes: Codes | None
    key: Codes | None
    options: tuple[tuple[str, ...], ...]
    keyed: bool

    @property
    def has_missing(self) -> bool:
        """Say whether a response is missing anywhere."""
        return bool(np.isnan(self.marks).any())

    def missing_is_wrong(self) -> "Responses":
        """Return the same with a missing response marked 0."""
        codes = self.codes
        if codes is not None and not self.keyed:
            codes = np.where(codes == MISSING, 0, codes).astype(np.uint8)
        return replace(self, marks=np.nan_to_num(self.marks), codes=codes)


def read_responses(path: Path, key: Path | None) -> Responses:
    """Read RESPONSES.csv, with KEY.csv when it holds options.

    Raises:
        ExamError: when a file cannot be used, or responses are no numbers and there is no key.
    """
    return responses_of(read_sheet(path), None if key is None else read_sheet(key))


def responses_of(sheet: Sheet, key: Sheet | None) -> Responses:
    """Make responses of a table of items, and of a key."""
    if key is not None:
        return _keyed(sheet, _key_of(sheet, key))
    marks = sheet.numbers(Words("应为得分；若是选项，须另给答案", "must be a mark; options need a key"))
    binary = bool(np.isin(marks[~np.isnan(marks)], (0.0, 1.0)).all())
    items = len(sheet.header)
    codes = np.where(np.isnan(marks), MISSING, marks).astype(np.uint8) if binary else None
    ones = np.ones(items, np.uint8) if binary else None
    return Responses(sheet.header, sheet.ids, marks, codes, ones, (("0", "1"),) * items, keyed=False)


def _keyed(sheet: Sheet, key: tuple[str, ...]) -> Responses:
    order = []
    for column, right in zip(sheet.columns, key, strict=True):
        order.append(tuple(natural_order({cell for cell in column if cell is not None} | {right})))
    codes = codes_of(sheet, order)
    right_codes = np.array([names.index(right) for names, right in zip(order, key, strict=True)], np.uint8)
    marks = np.where(codes == MISSING, np.nan, (codes == right_codes).astype(np.float64))
    return Responses(sheet.header, sheet.ids, marks, codes, right_codes, tuple(order), keyed=True)


def _key_of(sheet: Sheet, key: Sheet) -> tuple[str, ...]:
    """Return the right option per item: from a row under item names, or from a row per item, with item names or in order."""
    if set(sheet.header) <= set(key.header) and key.rows == 1:
        found = [key.column(name)[0] for name in sheet.header]
    elif key.rows == len(sheet.header) and len(key.header) == 1 and not set(key.ids) >= set(sheet.header):
        found = list(key.columns[0])
    else:
        names = key.ids if len(key.header) == 1 else tuple(str(cell) for cell in key.columns[0])
        by_name = dict(zip(names, key.columns[-1], strict=True))
        found = [by_name.get(name) for name in sheet.header]
    for name, right in zip(sheet.header, found, strict=True):
        if right is None:
            raise KEY_BAD(detail=Words(f"{key.file} 中没有 {name} 题的答案", f"{key.file} has no key for item {name}"))
    return tuple(right for right in found if right is not None)
