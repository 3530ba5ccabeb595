"""What changed between two versions of an item, field by field, as a person would read it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

from core.errors import Words
from itembank.exchange.draft import Draft
from itembank.kinds.catalogue import KINDS
from itembank.sanitising import pictures_in, plain_text, with_named_pictures

_MOST = 6000  # tokens of a field that are matched one by one; the time grows with their square
_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_HTML = frozenset({"stem", "stimulus", "html", "explanation", "reference"})

LABELS: dict[str, tuple[str, str]] = {
    "ref": ("编号", "Reference"),
    "kind": ("题型", "Kind"),
    "title": ("标题", "Title"),
    "language": ("语言", "Language"),
    "stem": ("题干", "Stem"),
    "options": ("选项", "Option"),
    "gaps": ("空位", "Gap"),
    "once": ("选项只用一次", "Options once only"),
    "limit": ("最多可选", "Most choices"),
    "image": ("图片", "Picture"),
    "alt": ("文字说明", "Description"),
    "data": ("图片内容", "Image"),
    "area": ("区域", "Area"),
    "fixed": ("位置固定", "Keeps its place"),
    "key": ("答案", "Key"),
    "correct": ("正确答案", "Right answer"),
    "scheme": ("计分方式", "Scheme"),
    "worths": ("各项得分", "Worth"),
    "tolerance": ("容差", "Tolerance"),
    "patterns": ("答案模式", "Patterns"),
    "text": ("描述", "Text"),
    "rubric": ("评分点", "Criterion"),
    "levels": ("等级", "Levels"),
    "reference": ("参考答案", "Reference answer"),
    "lacks": ("缺少的答案", "What the key lacks"),
    "stimulus": ("材料", "Text"),
    "exhibits": ("附件", "Exhibit"),
    "parts": ("小题", "Sub-question"),
    "explanation": ("解析", "Explanation"),
    "marks": ("分值", "Marks"),
    "knowledge": ("知识点", "Knowledge points"),
    "difficulty": ("难度", "Difficulty"),
    "programmes": ("项目", "Programmes"),
    "enemies": ("互斥题", "Enemies"),
    "pool": ("题库", "Pool"),
    "source": ("来源", "Source"),
    "scenario": ("业务场景", "Scenario"),
}
"""Field of a draft → what people call it; a field that is not here goes by its own name."""

_YES_OR_NO = {"True": Words("是", "yes"), "False": Words("否", "no")}
_VALUES: dict[str, dict[str, Words]] = {
    "kind": {kind.name: Words(kind.zh, kind.en) for kind in KINDS.values()},
    "language": {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")},
    "pool": {"live": Words("正式", "Live"), "practice": Words("练习", "Practice")},
    "once": _YES_OR_NO,
    "fixed": _YES_OR_NO,
    "limit": {"0": Words("不限", "any number")},
    "scheme": {
        "all_or_nothing": Words("全对得分", "All or nothing"),
        "per_option": Words("按选项计分", "Per option"),
        "partial_no_wrong": Words("少选得部分分，错选不得分", "Part marks where nothing wrong is chosen"),
        "mapped": Words("各项各有分值", "Each value has its worth"),
    },
    **{name: {} for name in ("marks", "difficulty", "tolerance", "floor", "ceiling", "area", "ref")},
}
"""Field whose value changes as a whole → what people call the values that are codes."""


@dataclass(frozen=True)
class Piece:
    """A piece of a text: the same in both versions, taken out, or put in."""

    kind: Literal["same", "out", "in"]
    text: str


@dataclass(frozen=True)
class Change:
    """One field that differs: its name, its text piece by piece; `markup` where the words are the same and only the markup differs.

    `pictures` are the addresses of those that only the older version has, and of those that only the newer one has.
    """

    name: str
    pieces: tuple[Piece, ...]
    markup: bool = False
    pictures: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


def compare(old: Draft, new: Draft, language: str) -> list[Change]:
    """Return what differs between two versions, in the order of the newer one's fields, for a reader of `zh` or `en`.

    A field that only one of them says is compared with what the other has without saying it.
    """
    before, after = dict(_fields(_dumped(old))), dict(_fields(_dumped(new)))
    paths = [*after, *(path for path in before if path not in after)]
    was, now = (dict(_fields(draft.model_dump(mode="json"))) for draft in (old, new))
    changed = [path for path in paths if was.get(path, "") != now.get(path, "")]
    return [_change(path, was.get(path, ""), now.get(path, ""), 1 if language == "en" else 0) for path in changed]


def emptied(old: Draft, new: Draft) -> list[tuple[str, str]]:
    """Return the names, Chinese and English, of what the older version has and the newer one leaves empty."""
    return list(dict.fromkeys(_called(path) for path in _emptied(old.model_dump(), new.model_dump(), ())))


def pieces(old: str, new: str) -> tuple[Piece, ...]:
    """Return how one text became the other, by words and Chinese characters."""
    left, right = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(left) + len(right) > _MOST:
        return tuple(piece for piece in (Piece("out", old), Piece("in", new)) if piece.text)
    told: list[Piece] = []
    out, into = "", ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        was, now = "".join(left[i1:i2]), "".join(right[j1:j2])
        if tag != "equal" or (not now.strip() and (out or into)):  # a blank between two changes belongs to them
            out, into = out + was, into + now
            continue
        told += _changed(out, into)
        told.append(Piece("same", now))
        out, into = "", ""
    told += _changed(out, into)
    return tuple(Piece(kind, "".join(piece.text for piece in run)) for kind, run in groupby(told, lambda piece: piece.kind))


def _changed(out: str, into: str) -> list[Piece]:
    kept = into[len(into.rstrip()) :] if out and into and out[-1:].isspace() and into[-1:].isspace() else ""
    if kept and out.endswith(kept):
        out, into = out.removesuffix(kept), into.removesuffix(kept)
    else:
        kept = ""
    pieces = (Piece("out", out), Piece("in", into), Piece("same", kept))
    return [piece for piece in pieces if piece.text]


def _change(path: tuple[str, ...], old: str, new: str, language: int) -> Change:
    name, field = _called(path)[language], path[-1]
    if field in _HTML:
        return _of_html(name, old, new)
    if field == "data":
        return Change(name, (), pictures=(tuple(filter(None, [old])), tuple(filter(None, [new]))))
    if field in _VALUES:
        was, now = (_VALUES[field][value][language] if value in _VALUES[field] else value for value in (old, new))
        return Change(name, tuple(_changed(was, now)))
    return Change(name, pieces(old, new))


def _of_html(name: str, old: str, new: str) -> Change:
    shown = pictures_in(old), pictures_in(new)
    pictures = tuple(one for one in shown[0] if one not in shown[1]), tuple(one for one in shown[1] if one not in shown[0])
    words = plain_text(old), plain_text(new)
    if words[0] != words[1]:
        return Change(name, pieces(*words), pictures=pictures)
    marked = with_named_pictures(old), with_named_pictures(new)
    return Change(name, pieces(*marked), markup=True, pictures=pictures) if marked[0] != marked[1] else Change(name, (), pictures=pictures)


def _emptied(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in old.keys() & new.keys():
            yield from _emptied(old[name], new[name], (*path, name))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for was, now in zip(old, new, strict=True):
            yield from _emptied(was, now, path)
    elif old and not new:
        yield path


def _dumped(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(mode="json", exclude_defaults=True)


def _fields(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every field that holds something as its path and its text; what stands in a list goes by its id, or its place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _fields(inner, (*path, name))
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        for n, inner in enumerate(value, 1):
            named = dict(inner)
            yield from _fields(named, (*path, str(named.pop("id", n))))
    elif isinstance(value, list):
        yield path, "；".join(map(str, value))
    elif value is not None:
        yield path, str(value)


def _called(path: tuple[str, ...]) -> tuple[str, str]:
    shown = [step for step in path if step not in {"html", "key"}] or list(path)
    names = [LABELS.get(step, (step, step)) for step in shown]
    return " ".join(zh for zh, _ in names), " ".join(en for _, en in names)
