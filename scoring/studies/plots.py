"""The plots of comparisons, drawn on the server from their figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scoring.analysis.svg import ACCENT, DANGER, INK, MUTED, WARN, Frame, ticks
from scoring.analysis.words import Say

Figures = Mapping[str, Any]

_TENTHS = [(n / 5, f"{20 * n}%") for n in range(6)]
_ROW = 22
_LINES = (
    (ACCENT, "data", ""),
    (INK, "ink", "7 3"),
    (DANGER, "danger", "2 3"),
    (WARN, "warn", "9 3 2 3"),
    (MUTED, "other", "4 4"),
    (INK, "ink", "1 4"),
)


@dataclass(frozen=True)
class Measure:
    """What tells how far two groups are apart on a question: its name in the figures, where moderate and large begin, the least and the
    greatest reach of the axis, and what stands below it."""

    name: str
    moderate: float
    large: float
    least: float
    most: float
    sides: str


DELTA = Measure("delta", 1.0, 1.5, 2.0, 5.0, "←“{focal}”更难    ETS Δ 与 95% 区间    “{reference}”更难→")
EFFECT = Measure("effect", 0.17, 0.25, 0.5, 2.0, "←“{focal}”得分较低    平均差 / 标准差，95% 区间    “{reference}”得分较低→")


def of_groups(figures: Figures, groups: Sequence[str], say: Say) -> dict[str, Any]:
    """Return every drawing of a comparison of `groups`, focal and reference by name.

    They are `differences` and `ordered` where there are such questions, and `curves` by the label of the question.
    """
    focal, reference = groups
    drawn: dict[str, Any] = {
        shown: differences(figures[of], measure, focal, reference, say)
        for shown, of, measure in (("differences", "questions", DELTA), ("ordered", "ordered", EFFECT))
        if figures[of]
    }
    found = [question for question in (*figures["questions"], *figures["ordered"]) if question["finding"]]
    return {**drawn, "curves": {question["label"]: curves(question, figures, focal, reference, say) for question in found}}


def differences(questions: Sequence[Figures], measure: Measure, focal: str, reference: str, say: Say) -> str:
    """Draw each question's difference with its 95 % interval, and the lines beyond which it is moderate and large."""
    shown = sorted((q for q in questions if q[measure.name] is not None), key=lambda q: float(q[measure.name]))
    far = max([measure.least, *(min(abs(q[measure.name]) * 1.1, measure.most) for q in shown)])
    # Questions are listed from the top in the order of their difference, so that y counts downwards from their number.
    frame = Frame(720, 74 + _ROW * len(shown), (-far, far), (0, max(len(shown), 1)), left=64, top=28, bottom=44)
    frame.axes(ticks(-far, far, 8), [], say(measure.sides).format(focal=focal, reference=reference), "")
    limits = ((0.0, MUTED, "axis", ""), (measure.moderate, WARN, "warn", "4 3"), (measure.large, DANGER, "danger", "4 3"))
    for at, colour, name, dash in limits:
        for x in (at, -at):
            frame.line([(x, 0), (x, len(shown))], colour, name, 1, dash)
    for n, q in enumerate(shown):
        y = len(shown) - n - 0.5
        strong = {"C": (DANGER, "danger"), "B": (WARN, "warn")}.get(q["class"] if q["finding"] else "", (ACCENT, "data"))
        if q["low"] is not None:
            frame.line([(q["low"], y), (q["high"], y)], strong[0], strong[1], 2)
        frame.dot(q[measure.name], y, f"{q['label']}: {q[measure.name]:+.2f}", *strong)
        _, at_y = frame.at(0, y)
        frame.text(frame.left - 8, at_y + 4, q["label"], anchor="end", colour=INK)
    return frame.svg(say("各题在两组间的差别"))


def curves(question: Figures, figures: Figures, focal: str, reference: str, say: Say) -> str:
    """Draw the share right, or of the marks, of a question in the two groups, from the weakest score group to the strongest."""
    by_total = "full" in question
    tops = figures["total_groups" if by_total else "groups"]["tops"]
    frame = Frame(360, 220, (0, max(len(tops) - 1, 1)), (0, 1))
    names = (say("总分组（由低到高）"), say("得分率")) if by_total else (say("答对题数组（由低到高）"), say("答对率"))
    frame.axes([(i, f"≤{top:g}") for i, top in enumerate(tops)], _TENTHS, *names)
    for which, name, (colour, kind, dash) in (("reference", reference, _LINES[0]), ("focal", focal, _LINES[2])):
        points = [(float(x), y) for x, y in enumerate(question[which]) if y is not None]
        frame.line(points, colour, kind, 2.5, dash)
        row = 0 if which == "reference" else 15
        frame.text(frame.width - 24, frame.height - frame.bottom - 22 + row, f"{'━━' if not dash else '┅┅'} {name}", "end", colour)
    return frame.svg(f"{say('两组的答对率') if not by_total else say('两组的得分率')} {question['label']}")


def conversion(figures: Figures, names: Mapping[str, str], say: Say) -> str:
    """Draw how many marks each method adds to the scores on X that occur, with two standard errors around the first method."""
    seen = [n for n, count in enumerate(figures["counts"]["x"]) if count]
    scale, methods = figures["scale"][seen[0] : seen[-1] + 1], list(figures["equated"])
    added = {name: _added(figures["equated"][name][seen[0] : seen[-1] + 1], scale) for name in methods}
    inside = [d for points in added.values() for _, d in points]
    low, high = min(0.0, *inside), max(0.0, *inside)
    room = (high - low or 1.0) * 0.1
    frame = Frame(720, 380, (scale[0], scale[-1]), (low - room, high + room), top=30 + 16 * -(-len(methods) // 3))
    frame.axes(ticks(scale[0], scale[-1], 8), ticks(low - room, high + room), say("原卷分数"), say("换算后增减的分数"))
    frame.line([(scale[0], 0), (scale[-1], 0)], MUTED, "axis", 1)
    errors = dict(zip(figures["scale"], figures["standard_errors"][methods[0]], strict=True))
    for side in (-2, 2):
        frame.line(
            [(x, d + side * errors[x]) for x, d in added[methods[0]] if errors[x] is not None], _LINES[0][0], _LINES[0][1], 0.8, "1 3"
        )
    for n, name in enumerate(methods):
        colour, kind, dash = _LINES[n % len(_LINES)]
        frame.line(added[name], colour, kind, 2, dash)
        frame.text(frame.left + 225 * (n % 3), 32 + 16 * (n // 3), f"{'━━' if not dash else '┅┅'} {names[name]}", colour=colour)
    return frame.svg(say("换算后增减的分数"))


def _added(equated: Sequence[float | None], scale: Sequence[float]) -> list[tuple[float, float]]:
    return [(x, y - x) for x, y in zip(scale, equated, strict=True) if y is not None]


def distributions(figures: Figures, say: Say) -> str:
    """Draw the share of the people at or below each score on both papers."""
    ends = {form: len(figures["counts"][form]) * figures["step"] for form in ("x", "y")}
    frame = Frame(360, 260, (0, max(ends.values())), (0, 1))
    frame.axes(ticks(0, max(ends.values()), 6), _TENTHS, say("总分"), say("累计人数比例"))
    for n, (form, name) in enumerate((("x", say("原卷 X")), ("y", say("目标卷 Y")))):
        colour, kind, dash = _LINES[0] if form == "x" else _LINES[2]
        total, so_far, points = sum(figures["counts"][form]), 0.0, []
        for place, count in enumerate(figures["counts"][form]):
            so_far += count
            points.append((place * figures["step"], so_far / total))
        frame.line(points, colour, kind, 2, dash)
        frame.text(frame.left + 10, frame.top + 14 + 15 * n, f"{'━━' if not dash else '┅┅'} {name}", colour=colour)
    return frame.svg(say("两卷总分分布"))
