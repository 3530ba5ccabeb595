"""A draft as rows of the sheet: what `sheet_read` reads, the other way round."""

import html
from collections.abc import Iterable

from itembank.exchange import sheet_notation as notation
from itembank.exchange.draft import Draft, DraftOption, DraftPart, RubricCriterion
from itembank.exchange.lettering import LETTERS, Lettering
from itembank.exchange.sheet_columns import OPTION_LETTERS
from itembank.kinds.catalogue import CHOICES, PLACED
from itembank.kinds.declaration import MARKER
from itembank.sanitising import from_plain, plain_text

_KINDS = {
    "single": "单选题",
    "multiple": "多选题",
    "truefalse": "判断题",
    "numeric": "计算题",
    "quantity": "带单位的计算题",
    "text": "填空题",
    "extended": "问答题",
    "inline": "选词填空题",
    "gapmatch": "选项填空题",
    "matching": "配伍题",
    "ordering": "排序题",
    "hottext": "文中选择题",
}
KINDS = frozenset(_KINDS) | {"case"}
_SCHEMES = {"all_or_nothing": "", "partial_no_wrong": "少选得部分分", "per_option": "按选项计分", "mapped": "按分值计分"}


def rows_of(draft: Draft) -> Iterable[dict[str, str]]:
    """Return the rows of a draft, column name → text; a case has one for each part, the first with what all share."""
    shared = {
        "group_title": draft.title,
        "knowledge": ";".join(draft.knowledge),
        "difficulty": "" if draft.difficulty is None else f"{draft.difficulty:f}",
        "level": ";".join(draft.levels),
        "programme": ";".join(draft.programmes),
        "enemies": ";".join(draft.enemies),
        "language": "英文" if draft.language == "en" else "中文",
        "pool": "练习" if draft.pool == "practice" else "正式",
        "source": draft.source,
    }
    if draft.kind != "case":
        return [{"ref": draft.ref, **shared, **_asked(draft)}]
    first = {**shared, "material": _cell(draft.stimulus or draft.stem)}
    every = {"group": draft.ref, "language": shared["language"]}
    return [{**every, **(first if n == 0 else {}), **_asked(part)} for n, part in enumerate(draft.parts)]


def _asked(part: Draft | DraftPart) -> dict[str, str]:
    names = _by_place(part)
    stem = MARKER.sub(lambda found: f"[[{names.of_options.get(found[1], found[1])}]]", part.stem) if part.kind == "hottext" else part.stem
    return {
        "kind": _KINDS[part.kind],
        "stem": _cell(stem),
        "marks": f"{part.marks:f}",
        "explanation": _cell(part.explanation),
        "left": notation.write_numbered(_cell(gap.html) for gap in part.gaps) if part.kind == "matching" else "",
        "limit": str(part.limit or ""),
        "once": "每项一次" if part.once else "",
        "fixed": "".join(names.of_options[option.id] for option in part.options if option.fixed),
        **_options(part),
        **_key(part, names),
    }


def _by_place(part: Draft | DraftPart) -> Lettering:
    """Return the options called by letters in their order: a sheet has no other names for them."""
    named = [dict(zip((option.id for option in listed), LETTERS, strict=False)) for listed in (part.options, *_own(part))]
    return Lettering(part.options, named[0], list(zip(_own(part), named[1:], strict=True)))


def _own(part: Draft | DraftPart) -> list[list[DraftOption]]:
    return [gap.options for gap in part.gaps]


def _options(part: Draft | DraftPart) -> dict[str, str]:
    texts = [_cell(option.html) for option in part.options]
    if part.kind == "inline":
        return {"options": notation.write_numbered("|".join(_cell(option.html) for option in gap.options) for gap in part.gaps)}
    if part.kind == "quantity":
        factors = [part.key.factors.get(option.id) for option in part.options]
        return {"units": notation.write_units(list(zip(texts, factors, strict=True)))}
    if len(texts) > len(LETTERS):
        return {"options": "\n".join(plain_text(option.html) for option in part.options)}  # which is refused: part of them would mislead
    if len(texts) > len(OPTION_LETTERS):
        return {"options": "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, texts, strict=False))}
    return {f"option_{letter}": text for letter, text in zip(OPTION_LETTERS, texts, strict=False)}


def _key(part: Draft | DraftPart, names: Lettering) -> dict[str, str]:
    key, kind = part.key, part.kind
    cells = {
        "scheme": _SCHEMES[key.scheme],
        "patterns": "|".join(key.patterns),
        "tolerance": "" if key.tolerance is None else f"{key.tolerance:f}",
        "rubric": "\n".join(map(_criterion, key.rubric)),
    }
    if kind in CHOICES | PLACED or kind == "hottext":
        cells["answer"] = notation.write_values(names.in_key(right) for right in key.correct)
    else:
        cells["answer"] = _cell(key.reference) if kind == "extended" else "|".join(key.correct)
    if key.scheme == "mapped":
        worths = {value if kind == "text" else names.in_key(value): worth for value, worth in key.worths.items()}
        cells["worths"] = notation.write_worths(worths, of_texts=kind == "text")
        cells |= {name: notation.figure(bound) for name, bound in (("floor", key.floor), ("ceiling", key.ceiling)) if bound is not None}
    return cells


def _criterion(criterion: RubricCriterion) -> str:
    return f"{criterion.title}（{max(level.marks for level in criterion.levels):f}分）"


def _cell(source: str) -> str:
    """Return the plain text that is read as this HTML, or the HTML itself where no plain text is."""
    plain = html.unescape(source.replace("<br>", "\n")) if "<" not in source.replace("<br>", "") else source
    return plain if from_plain(plain) == source else source
