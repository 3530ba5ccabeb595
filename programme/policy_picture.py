"""The picture of a policy: how many have which total, the pass line of the total and where each band ends."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from scoring.analysis.svg import DANGER, INK, Frame, ticks
from scoring.analysis.words import Say

_BARS = 24
_WIDTH = 640


def picture(found: Mapping[str, Any], say: Say) -> str:
    """Return the drawing (SVG) of what `policy.preview` found."""
    totals = {Decimal(total): count for total, count in found["totals"].items()}
    lines = [(Decimal(found["total_min"]), say("合格线"), DANGER)]
    lines += [(Decimal(cut["least"][0]), cut["band"], INK) for cut in found["cuts"] if cut["least"]]
    full = float(max([*totals, *(at for at, _, _ in lines), Decimal(1)])) * 1.02
    bars = [0] * _BARS
    for total, count in totals.items():
        bars[min(int(float(total) / full * _BARS), _BARS - 1)] += count
    most = max([*bars, 1])
    frame = Frame(_WIDTH, 260, (0, full), (0, most * 1.25))
    frame.axes(ticks(0, full, 10), [tick for tick in ticks(0, most, 4) if tick[0] == int(tick[0])], say("总分"), say("人数"))
    for n, count in enumerate(bars):
        if count:
            frame.bar(n * full / _BARS, (n + 1) * full / _BARS, count)
    for n, (at, name, colour) in enumerate(lines):
        frame.line([(float(at), 0), (float(at), most * 1.25)], colour, "danger" if colour == DANGER else "ink", 1.5, "5 3")
        x, _ = frame.at(float(at), 0)
        is_far = x > _WIDTH * 0.8
        frame.text(x - 3 if is_far else x + 3, 34 + 13 * (n % 4), f"{name} {at}", anchor="end" if is_far else "start", colour=colour)
    return frame.svg(say("总分分布与各条线"))
