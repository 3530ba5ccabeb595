"""The plots of an analysis, drawn on the server from its figures: they need no script and look the same on paper."""

from collections.abc import Mapping, Sequence
from typing import Any

from scoring.analysis.svg import ACCENT, DANGER, INK, MUTED, WARN, Frame, ticks
from scoring.analysis.words import Say

Figures = Mapping[str, Any]

_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "1 4")
_ROW = 11
"""User units from one name of an option to the next."""

_TENTHS = [(n / 5, f"{20 * n}%") for n in range(6)]
_LEVELS = ("urgent", "look", "note", "none")
URGENT_COLOURS = {"urgent": DANGER, "look": WARN, "note": ACCENT}


def histogram(total: Figures, say: Say) -> str:
    """Draw how many people have which total, with mean and median."""
    edges, counts = total["histogram"]["edges"], total["histogram"]["counts"]
    most = max(counts) or 1
    frame = Frame(560, 260, (edges[0], edges[-1]), (0, most * 1.08))
    frame.axes(ticks(edges[0], edges[-1], 8), _whole(most), say("总分"), say("人数"))
    for n, count in enumerate(counts):
        if count:
            frame.bar(edges[n], edges[n + 1], count)
    frame.line([(total["mean"], 0), (total["mean"], most * 1.08)], INK, "ink", 1.5, "5 3")
    x, _ = frame.at(total["mean"], 0)
    frame.text(x + 4, 36, f"{say('平均')} {total['mean']:.1f}", colour=INK)
    return frame.svg(f"{say('总分分布')}: {say('平均')} {total['mean']:.1f}")


def item_map(questions: Sequence[Figures], say: Say) -> str:
    """Draw every question by how much of its marks was earned and how well it tells people apart; the more urgent are named first."""
    shown = sorted((q for q in questions if q["p"] is not None and q["rest_r"] is not None), key=lambda q: _LEVELS.index(_level(q)))
    low = min([-0.2, *(q["rest_r"] for q in shown)])
    frame = Frame(720, 440, (0, 1), (low, 1))
    frame.axes(_TENTHS, ticks(low, 1, 6), say("得分率（越右越容易）"), say("区分度（与其余题总分的相关）"))
    frame.line([(0, 0), (1, 0)], DANGER, "danger", 1.5)
    frame.line([(0, 0.15), (1, 0.15)], WARN, "warn", 1, "4 3")
    for q in shown:
        colour = URGENT_COLOURS.get(_level(q), ACCENT)
        frame.dot(q["p"], q["rest_r"], f"{q['label']}: {q['p']:.2f}, {q['rest_r']:.2f}", colour, _class(_level(q)))
    frame.name_dots([(q["p"], q["rest_r"], q["label"]) for q in shown])
    return frame.svg(say("试题分布图：得分率与区分度"))


def _level(question: Figures) -> str:
    """Return how soon a person should look at a question."""
    return str(question["flags"][0]["level"]) if question["flags"] else "none"


def _class(level: str) -> str:
    return {"urgent": "danger", "look": "warn"}.get(level, "data")


def trace_lines(question: Figures, groups: Figures, say: Say) -> str:
    """Draw the share that chose each option, from the weakest score group to the strongest."""
    n = len(groups["n"])
    frame = Frame(360, 220, (0, max(n - 1, 1)), (0, 1), right=34)
    names = [f"{top:g}" for top in groups["tops"]]
    frame.axes([(i, f"≤{name}") for i, name in enumerate(names)], _TENTHS, say("总分组（由低到高）"), say("选择比例"))
    for i, option in enumerate(question["options"]):
        points = [(x, y) for x, y in enumerate(option["trace"]) if y is not None]
        colour = ACCENT if option["key"] else MUTED
        width, dash = (3.0, "") if option["key"] else (1.5, _DASHES[1 + i % (len(_DASHES) - 1)])
        frame.line(points, colour, "data" if option["key"] else "other", width, dash)
    _name_ends(frame, question["options"])
    return frame.svg(f"{say('选项轨迹')} {question['label']}")


def _name_ends(frame: Frame, options: Sequence[Figures]) -> None:
    """Write the name of each option where its line ends, names that would cover each other above one another, none above the plot."""
    ends = [(frame.at(len(o["trace"]) - 1, o["trace"][-1]), o["id"], o["key"]) for o in options if o["trace"][-1] is not None]
    lowest_first = sorted(ends, key=lambda end: -end[0][1])
    above = frame.height
    for n, ((x, y), name, key) in enumerate(lowest_first, start=1):
        # Whoever comes above this one needs a row each.
        above = min(max(y + 4, _ROW * (1 + len(ends) - n)), above - _ROW)
        frame.text(x + 4, above, name + ("✓" if key else ""), colour=ACCENT if key else INK)


def information(model: Figures, say: Say) -> str:
    """Draw the information of the paper by ability, and the standard error that it allows."""
    theta, curve, se = model["theta"], model["information"], model["se"]
    most = max(curve) * 1.08
    frame = Frame(560, 260, (theta[0], theta[-1]), (0, most), right=30)
    frame.axes(_thetas(), ticks(0, most), say("能力"), say("测验信息量（实线），测量误差（虚线，右轴）"))
    frame.line(list(zip(theta, curve, strict=True)), ACCENT, "data", 2.5)
    # The error is drawn on a scale of its own, 0 to 2, at the right.
    frame.line([(x, min(y, 2) / 2 * most) for x, y in zip(theta, se, strict=True)], INK, "ink", 1.5, "5 3")
    for value in (0.5, 1.0, 1.5):
        _, y = frame.at(0, value / 2 * most)
        frame.text(frame.width - 2, y + 4, f"{value:g}", anchor="end")
    best = theta[curve.index(max(curve))]
    return frame.svg(f"{say('测验信息量')}: {say('能力')} {best:g}")


def item_information(question: Figures, model: Figures, say: Say) -> str:
    """Draw the information of one question by ability."""
    theta, curve = model["theta"], question["information"]
    most = max(*curve, 0.05) * 1.08
    frame = Frame(360, 160, (theta[0], theta[-1]), (0, most))
    frame.axes(_thetas(), ticks(0, most, 3), say("能力"), say("此题的信息量"))
    frame.line(list(zip(theta, curve, strict=True)), ACCENT, "data", 2)
    return frame.svg(f"{say('此题的信息量')} {question['label']}")


def wright_map(model: Figures, questions: Sequence[Figures], say: Say) -> str:
    """Draw people at the left and questions at the right on one scale of ability and difficulty."""
    low, high = model["bins"][0], model["bins"][-1]
    placed = sorted((q for q in questions if q["difficulty"] is not None), key=lambda q: float(q["difficulty"]))
    frame = Frame(560, 460, (-1, 1.6), (low, high), left=36, bottom=18)
    scale = [(float(v), f"{v:+d}" if v else "0") for v in range(int(low), int(high) + 1)]
    frame.axes([], scale, "", say("考生（左）与试题难度（右），同一把尺"))
    most = max(model["people"]) or 1
    middle, _ = frame.at(0, 0)
    frame.line([(0, low), (0, high)], MUTED, "axis", 1)
    for n, count in enumerate(model["people"]):
        _, bottom = frame.at(0, model["bins"][n])
        _, top = frame.at(0, model["bins"][n + 1])
        long = (middle - frame.left - 4) * count / most
        if count:
            frame.box(middle - long, top + 1, long, bottom - top - 2, str(count))
    rows: dict[float, list[str]] = {}
    for q in placed:
        rows.setdefault(round(min(max(float(q["difficulty"]), low), high) * 4) / 4, []).append(q["label"])
    for at, labels in rows.items():
        _, y = frame.at(0, at)
        shown = labels if len(labels) <= 12 else [*labels[:11], f"…({len(labels)})"]
        frame.text(middle + 8, y + 4, "  ".join(shown), colour=INK)
    return frame.svg(say("考生能力与试题难度对照图"))


def _thetas() -> list[tuple[float, str]]:
    return [(float(v), f"{v:+d}" if v else "0") for v in range(-4, 5)]


def _whole(most: float) -> list[tuple[float, str]]:
    """Return ticks for counts: whole numbers only."""
    return [(value, shown) for value, shown in ticks(0, most * 1.08) if value == int(value)]
