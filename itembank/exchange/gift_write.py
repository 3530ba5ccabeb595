"""Drafts as GIFT: choices, true or false, short answers, numbers, essays, matching; reference and knowledge stand in a comment."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from itembank.exchange.draft import Draft
from itembank.exchange.gift_syntax import escape
from itembank.exchange.option_text import read_truth
from itembank.sanitising import plain_text

KINDS = frozenset({"single", "multiple", "truefalse", "numeric", "text", "extended", "matching"})


def write(drafts: Iterable[Draft]) -> bytes:
    """Return a file of all drafts, each of a kind of `KINDS`."""
    return "\n".join(_entry(draft) for draft in drafts).encode()


def weights(draft: Draft) -> list[Decimal]:
    """Return the weight of each option in percent, so that added up they score as the key does, or as near as weights can.

    With n right options each is worth 100/n.  A wrong one costs as much where the scheme is `per_option`, else all.  Weights cannot say
    "all or nothing" of several right options.
    """
    right = set(draft.key.correct)
    if draft.kind != "multiple":
        return [Decimal(100 if option.id in right else 0) for option in draft.options]
    share = round(Decimal(100) / max(len(right), 1), 5).normalize() + 0
    cost = share if draft.key.scheme == "per_option" else Decimal(100)
    return [share if option.id in right else -cost * bool(right) for option in draft.options]


def truth(draft: Draft) -> bool | None:
    """Return whether the sentence of a true-or-false question is true; None when its options do not say."""
    meant = {option.id: read_truth(plain_text(option.html)) for option in draft.options}
    return meant.get(next(iter(draft.key.correct), ""))


def _entry(draft: Draft) -> str:
    tags = [("id", draft.ref), *(("tag", path) for path in draft.knowledge)]
    comment = " ".join(f"[{name}:{_in_comment(value)}]" for name, value in tags)
    title = f"::{escape(draft.title)}::" if draft.title.strip() else ""
    lines = [*_answers(draft), *([f"  ####{_html(draft.explanation)}"] if draft.explanation.strip() else [])]
    answers = "\n".join(lines)
    return f"// {comment}\n{title}{_html(draft.stem)} {{{answers}\n}}\n"


def _answers(draft: Draft) -> Iterator[str]:
    if draft.kind == "truefalse":
        said = truth(draft)
        yield "~" if said is None else str(said).upper()
        return
    if draft.kind == "numeric" and not draft.key.lacks:
        tolerance = "" if draft.key.tolerance is None else f":{draft.key.tolerance:f}"
        yield f"#{Decimal(draft.key.correct[0]):f}{tolerance}"
        return
    yield ""
    if draft.kind == "text":
        yield from ("  =" + escape(text.strip().replace("*", "\\*")) for text in draft.key.correct)
    elif draft.kind == "matching":
        yield from _pairs(draft)
    elif draft.kind in {"single", "multiple"}:
        for option, weight in zip(draft.options, weights(draft), strict=True):
            sign = "=" if draft.kind == "single" and weight else "~"
            percent = f"%{weight:f}%" if draft.kind == "multiple" and weight else ""
            yield f"  {sign}{percent}{_html(option.html)}"


def _pairs(draft: Draft) -> Iterator[str]:
    right = dict(pair.split(" ", 1) for pair in draft.key.correct)
    words = {option.id: escape(plain_text(option.html)).replace("->", "") for option in draft.options}
    for gap in draft.gaps:
        yield f"  ={_html(gap.html)} -> {words.get(right.get(gap.id, ''), '')}"
    yield from (f"  = -> {word}" for option, word in words.items() if option not in right.values())


def _html(source: str) -> str:
    return f"[html]{escape(source)}"


def _in_comment(text: str) -> str:
    return re.sub(r"([\]\\])", r"\\\1", " ".join(text.split()))
