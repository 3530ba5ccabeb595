"""Looks of a workbook's cells that say something which their value does not: raised, lowered, struck or underlined text, per cents.

Source: ECMA-376 part 1, 18.4.8 `si`, 18.4.7 `rPr`, 18.8.30 `numFmt`, 18.8.45 `xf`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from core.errors import Words
from itembank.exchange.qti_xml import attribute, children, each, name_of, parse

RAISED, LOWERED = Words("上标", "superscript"), Words("下标", "subscript")
STRUCK, UNDERLINED, BOLD = Words("删除线", "struck out"), Words("部分下划线", "partly underlined"), Words("部分加粗", "partly bold")
PER_CENT = Words("以百分数显示，按小数读取", "shown as a percentage, read as a fraction")
_RAISED = {"superscript": RAISED, "subscript": LOWERED}
_PER_CENT = frozenset({"9", "10"})  # numbers of formats that every workbook has
_QUOTED = re.compile(r'"[^"]*"|\\.')
_OFF = frozenset({"0", "false", "none"})


@dataclass(frozen=True)
class Looks:
    """What is lost of cells by their style, of numbers by their style, and of shared strings by their number."""

    styles: Mapping[str, Sequence[Words]]
    numbers: Mapping[str, Words]
    strings: Mapping[str, Sequence[Words]]

    def __bool__(self) -> bool:
        return bool(self.styles or self.numbers or self.strings)

    def of(self, cell: etree._Element, value: etree._Element) -> Iterator[Words]:
        """Yield what is lost of a cell that holds a value."""
        kind, style = attribute(cell, "t", "n"), attribute(cell, "s", "0")
        yield from self.styles.get(style, ())
        if kind == "n" and style in self.numbers:
            yield self.numbers[style]
        elif kind == "s":
            yield from self.strings.get(value.text or "", ())
        elif kind == "inlineStr":
            yield from _of_runs(value)


def looks_of(files: Mapping[str, bytes]) -> Looks:
    """Return the looks of a workbook that mean something.

    Raises:
        ExamError: `itembank.file_unreadable`.
    """
    shared = files.get("xl/sharedStrings.xml", b"")
    runs = each(shared, "si") if b"rPr" in shared else ()
    strings = {str(n): told for n, string in enumerate(runs) if (told := _of_runs(string))}
    if "xl/styles.xml" not in files:
        return Looks({}, {}, strings)
    groups = {name_of(group): group for group in parse(files["xl/styles.xml"]) if isinstance(group.tag, str)}
    fonts = [_of_font(font, is_whole=True) for font in groups.get("fonts", ())]
    per_cent = set(_PER_CENT)
    for shown in groups.get("num-fmts", ()):
        if "%" in _QUOTED.sub("", attribute(shown, "format-code")):
            per_cent.add(attribute(shown, "num-fmt-id"))
    styles: dict[str, list[Words]] = {}
    numbers: dict[str, Words] = {}
    for n, style in enumerate(groups.get("cell-xfs", ())):
        font = attribute(style, "font-id", "0")
        if font.isdecimal() and int(font) < len(fonts) and fonts[int(font)]:
            styles[str(n)] = fonts[int(font)]
        if attribute(style, "num-fmt-id") in per_cent:
            numbers[str(n)] = PER_CENT
    return Looks(styles, numbers, strings)


def _of_runs(string: etree._Element) -> list[Words]:
    """Return what the pieces of a string look like that others of it do not."""
    runs = children(string, "r")
    told = [[look for properties in children(run, "r-pr") for look in _of_font(properties, is_whole=False)] for run in runs]
    return list(dict.fromkeys(look for looks in told for look in looks if look != BOLD or not all(BOLD in looks for looks in told)))


def _of_font(font: etree._Element, *, is_whole: bool) -> list[Words]:
    """Return what a font says: of a whole cell bold and underlined text say nothing."""
    looks: list[Words] = []
    for found in font:
        name, value = name_of(found), attribute(found, "val")
        if name == "vert-align" and value in _RAISED:
            looks.append(_RAISED[value])
        elif value not in _OFF:
            looks += {"strike": [STRUCK], "u": [UNDERLINED] * (not is_whole), "b": [BOLD] * (not is_whole)}.get(name, [])
    return looks
