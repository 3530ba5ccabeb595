"""A draft as rows of the sheet: what `sheet_read` reads, the other way round."""

import html
from collections.abc import Iterable

from itembank.exchange.draft import Draft, DraftKey, DraftOption, DraftPart, RubricCriterion
from itembank.exchange.sheet_columns import OPTION_LETTERS
from itembank.kinds.catalogue import CHOICES
from itembank.sanitising import from_plain, plain_text

KINDS = frozenset({"single", "multiple", "truefalse", "numeric", "text", "extended", "case"})
_KINDS = {"single": "单选题", "multiple": "多选题", "truefalse": "判断题", "numeric": "计算题", "text": "填空题", "extended": "问答题"}
_SCHEMES = {"all_or_nothing": "", "partial_no_wrong": "少选得部分分", "per_option": "按选项计分"}


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
    cells = {
        "kind": _KINDS[part.kind],
        "stem": _cell(part.stem),
        "marks": f"{part.marks:f}",
        "explanation": _cell(part.explanation),
        "answer": _answer(part.kind, part.options, part.key),
    }
    if len(part.options) > len(OPTION_LETTERS):
        cells["options"] = "\n".join(plain_text(option.html) for option in part.options)  # which is refused: half of them would mislead
    elif part.kind in CHOICES:
        cells |= {f"option_{letter}": _cell(option.html) for letter, option in zip(OPTION_LETTERS, part.options, strict=False)}
        cells["scheme"] = _SCHEMES[part.key.scheme]
    if part.kind == "numeric" and part.key.tolerance is not None:
        cells["tolerance"] = f"{part.key.tolerance:f}"
    if part.kind == "extended":
        cells["rubric"] = "\n".join(_criterion(criterion) for criterion in part.key.rubric)
    return cells


def _answer(kind: str, options: list[DraftOption], key: DraftKey) -> str:
    if kind in CHOICES:
        letters = {option.id: letter for letter, option in zip(OPTION_LETTERS, options, strict=False)}
        return "".join(letters.get(right, "?") for right in key.correct)
    return _cell(key.reference) if kind == "extended" else "|".join(key.correct)


def _criterion(criterion: RubricCriterion) -> str:
    return f"{criterion.title}（{max(level.marks for level in criterion.levels):f}分）"


def _cell(source: str) -> str:
    """Return the plain text that is read as this HTML, or the HTML itself where no plain text is."""
    plain = html.unescape(source.replace("<br>", "\n")) if "<" not in source.replace("<br>", "") else source
    return plain if from_plain(plain) == source else source
