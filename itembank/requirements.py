"""What a blueprint requires, one requirement at a time: in plain words, and as rows of a mixed-integer programme.

A variable of the programme is 1 where a form takes an item for a draw.  The order of variables is by form, then by draw, then by item.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.errors import Words
from itembank.blueprint import Blueprint, Candidate, Draw, Limit, Programmes, Section, Window, describe, fits

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]
INFINITY = np.inf
_OUT_OF_REACH = Words("题库中的题达不到", "the items of the bank do not reach it")
_UNKNOWN = ("没有难度的 ", " without a difficulty")


@dataclass(frozen=True)
class Row:
    """`low ≤ Σ weights · variables ≤ high`."""

    variables: Indices
    weights: Floats
    low: float
    high: float


@dataclass(frozen=True)
class Requirement:
    """One thing that a blueprint asks for; it may be dropped without the others losing their sense.

    A draw that is dropped still takes items, but as many as the others like.  `barred` are variables that it holds at 0.  The
    requirement of a draw names it, and which items fit.  `alone` says why it cannot be met even without any other.
    """

    kind: Literal["draw", "limit", "facility", "spread", "exposure", "reuse", "excluded", "enemies", "apart", "shared", "parallel"]
    zh: str
    en: str
    rows: tuple[Row, ...] = ()
    barred: Indices = field(default_factory=lambda: np.empty(0, np.intp))
    draw: tuple[Section, Draw] | None = None
    fitting: frozenset[int] = frozenset()
    alone: Words = _OUT_OF_REACH


class Variables:
    """Which form takes which item for which draw: `form`, `draw` and `item` of every variable, as arrays of equal length."""

    def __init__(self, blueprint: Blueprint, bank: Sequence[Candidate], forms: int, programmes: Programmes) -> None:
        self.blueprint, self.bank, self.forms, self.programmes = blueprint, bank, forms, programmes
        self.fitting = [[n for n, candidate in enumerate(bank) if fits(draw, candidate)] for _, draw in blueprint.draws]
        per_form = sum(map(len, self.fitting))
        self.form = np.repeat(np.arange(forms), per_form)
        self.draw = np.tile(np.repeat(np.arange(len(self.fitting)), [len(items) for items in self.fitting]), forms)
        self.item = np.tile(np.array([n for items in self.fitting for n in items], np.intp), forms)
        self.marks = np.array([float(candidate.marks) for candidate in bank])[self.item]
        known = [None if candidate.facility is None else float(candidate.facility) for candidate in bank]
        self.known = np.array([share is not None for share in known], bool)[self.item]
        self.facility = np.array([share or 0.0 for share in known])[self.item]
        order = np.argsort(self.item, kind="stable")
        starts = np.flatnonzero(np.diff(self.item[order], prepend=-1))
        self._by_item = np.split(order, starts[1:]) if len(order) else []

    def __len__(self) -> int:
        return len(self.item)

    @property
    def columns(self) -> int:
        """Return how many columns there are.

        Those that take an item, those that count what two forms share, and one that is nothing, for a solver that must have one.
        """
        pairs = self.forms * (self.forms - 1) // 2 if self.blueprint.shared else 0
        return len(self) + pairs * len(self.by_item()) + 1

    def both(self, pair: int) -> Indices:
        """Return the columns that are 1 where both forms of a pair hold an item, in the order of `by_item`."""
        items = len(self.by_item())
        return len(self) + pair * items + np.arange(items)

    def by_item(self) -> list[Indices]:
        """Return the variables of each item that any draw can take."""
        return self._by_item

    def of_form(self, form: int) -> Indices:
        """Return the variables of a form."""
        return np.flatnonzero(self.form == form)

    def of_items(self, which: Iterable[bool]) -> NDArray[np.bool_]:
        """Return, for every variable, whether its item is meant."""
        meant: NDArray[np.bool_] = np.fromiter(which, bool, len(self.bank))[self.item]
        return meant

    def row(self, variables: Indices, weights: Floats | float, low: float, high: float) -> Row:
        """Return a row over these variables; one weight is that of all."""
        return Row(variables, np.broadcast_to(np.asarray(weights, float), variables.shape), low, high)


def requirements(variables: Variables) -> list[Requirement]:
    """Return everything that the blueprint asks for, draws first, so that a conflict names what is special before what is general."""
    kinds = (_draws, _limits, _predictions, _use, _enemies, _parallel, _apart)
    return [requirement for kind in kinds for requirement in kind(variables)]


def once(variables: Variables) -> Iterator[Row]:
    """Give the rows that make sense of every form: no item twice in it, whatever it was drawn for."""
    for group in variables.by_item():
        for form in range(variables.forms):
            of_form = group[variables.form[group] == form]
            if len(of_form) > 1:
                yield variables.row(of_form, 1.0, -INFINITY, 1.0)


def _draws(variables: Variables) -> Iterator[Requirement]:
    names = variables.programmes
    for d, (section, draw) in enumerate(variables.blueprint.draws):
        rows = tuple(
            variables.row(np.flatnonzero((variables.form == form) & (variables.draw == d)), 1.0, draw.count, draw.count)
            for form in range(variables.forms)
        )
        fitting = frozenset(variables.fitting[d])
        yield Requirement(
            "draw",
            f"{section.title}（{describe(draw, 'zh', names)}）需要 {draw.count} 题，题库有 {len(fitting)} 题",
            f"{section.title} ({describe(draw, 'en', names)}): {draw.count} needed, the bank has {len(fitting)}",
            rows,
            draw=(section, draw),
            fitting=fitting,
        )


def _limits(variables: Variables) -> Iterator[Requirement]:
    for limit in variables.blueprint.limits:
        rows = []
        meant = variables.of_items(fits(limit, candidate) for candidate in variables.bank)
        for form in range(variables.forms):
            counted = np.flatnonzero(meant & (variables.form == form))
            weights = variables.marks[counted] if limit.of == "marks" else 1.0
            rows.append(variables.row(counted, weights, float(limit.least), INFINITY if limit.most is None else float(limit.most)))
        reach = _say_reach(limit, [variables.bank[n] for n in np.unique(variables.item[meant])])
        yield Requirement("limit", *_say_limit(limit, variables.programmes), tuple(rows), alone=reach)


def _say_reach(limit: Limit, taken: Sequence[Candidate]) -> Words:
    """Say how much of what a limit asks for the draws can take at all."""
    if not taken:
        return Words("没有一组抽题取得到这样的题", "no draw takes such items")
    marks = sum(candidate.marks for candidate in taken)
    if limit.least <= (marks if limit.of == "marks" else len(taken)):
        return Words("没有一种选法凑得成这个数", "no choice of items comes to it")
    if limit.of == "marks":
        return Words(f"各组抽题取得到的这样的题合计只有 {marks} 分", f"such items that the draws can take have {marks} marks together")
    return Words(f"各组抽题取得到的这样的题只有 {len(taken)} 题", f"the draws can take {len(taken)} such items only")


def _say_limit(limit: Limit, names: Programmes) -> tuple[str, str]:
    unit_zh, unit_en = ("分", "marks") if limit.of == "marks" else ("题", "items")
    zh, en = [], []
    if limit.least:
        zh.append(f"至少 {limit.least} {unit_zh}")
        en.append(f"at least {limit.least} {unit_en}")
    if limit.most is not None:
        zh.append(f"至多 {limit.most} {unit_zh}")
        en.append(f"at most {limit.most} {unit_en}")
    return f"全卷{describe(limit, 'zh', names)}{'、'.join(zh)}", f"whole form, {describe(limit, 'en', names)}: {' and '.join(en)}"


def _predictions(variables: Variables) -> Iterator[Requirement]:
    plan, share, marks = variables.blueprint, variables.facility, variables.marks
    unknown = np.flatnonzero(~variables.known)
    if plan.facility:
        low, high = _bounds(plan.facility)
        rows = []
        for form in range(variables.forms):
            of = variables.of_form(form)
            rows.append(variables.row(of, marks[of] * (share[of] - low), 0.0, INFINITY))
            rows.append(variables.row(of, marks[of] * (share[of] - high), -INFINITY, 0.0))
        told = f"{plan.facility.least}–{plan.facility.most}"
        words = _barring(variables, unknown, f"预测平均得分率 {told}", f"predicted mean score {told} of the marks", *_UNKNOWN)
        yield Requirement("facility", *words, tuple(rows), unknown)
    if plan.spread:
        low, high = _bounds(plan.spread)
        weights = marks**2 * share * (1 - share)
        forms = [variables.of_form(form) for form in range(variables.forms)]
        told = f"{plan.spread.least}–{plan.spread.most}"
        rows = [variables.row(of, weights[of], low**2, high**2) for of in forms]
        words = _barring(variables, unknown, f"预测标准差 {told} 分", f"predicted standard deviation {told} marks", *_UNKNOWN)
        yield Requirement("spread", *words, tuple(rows), unknown)


def _use(variables: Variables) -> Iterator[Requirement]:
    plan = variables.blueprint
    if plan.max_exposure is not None:
        cap = plan.max_exposure
        worn = np.flatnonzero(variables.of_items(candidate.exposure > cap for candidate in variables.bank))
        told = f"只用曝光不超过 {cap} 次的题", f"only items in at most {cap} published forms"
        yield Requirement("exposure", *_barring(variables, worn, *told), barred=worn)
    if plan.not_in_last:
        last = plan.not_in_last
        used = variables.of_items(candidate.last_used is not None and candidate.last_used <= last for candidate in variables.bank)
        recent = np.flatnonzero(used)
        told = f"不用最近 {last} 套卷用过的题", f"no item of the last {last} forms"
        yield Requirement("reuse", *_barring(variables, recent, *told), barred=recent)
    for form in sorted({form for candidate in variables.bank for form in candidate.held}):
        held = np.flatnonzero(variables.of_items(form in candidate.held for candidate in variables.bank))
        told = f"不用试卷“{form.title}”（{form.id}）的题", f'no item of the form "{form.title}" ({form.id})'
        yield Requirement("excluded", *_barring(variables, held, *told), barred=held)


def _barring(variables: Variables, barred: Indices, zh: str, en: str, why_zh: str = "", why_en: str = "") -> tuple[str, str]:
    """Return what a requirement is called, with how many items that the draws could take stay out for its sake."""
    count = len(np.unique(variables.item[barred]))
    return (f"{zh}（{why_zh}{count} 题因此不用）", f"{en} ({count} items{why_en} stay out)") if count else (zh, en)


def _enemies(variables: Variables) -> Iterator[Requirement]:
    place = {candidate.ref: n for n, candidate in enumerate(variables.bank)}
    pairs = {
        (min(n, place[enemy]), max(n, place[enemy])) for n, one in enumerate(variables.bank) for enemy in one.enemies if enemy in place
    }
    of: dict[int, Indices] = {n: np.flatnonzero(variables.item == n) for n in {n for pair in pairs for n in pair}}
    rows = []
    for one, other in sorted(pairs):
        for form in range(variables.forms):
            both = np.concatenate([of[one], of[other]])
            both = both[variables.form[both] == form]
            if one != other and len(both):
                rows.append(variables.row(both, 1.0, -INFINITY, 1.0))
    if rows:
        yield Requirement("enemies", "互斥的题不在同一卷", "no two enemies in one form", tuple(rows))


def _apart(variables: Variables) -> Iterator[Requirement]:
    shared = variables.blueprint.shared
    if variables.forms == 1:
        return
    if not shared:
        rows = tuple(variables.row(group, 1.0, -INFINITY, 1.0) for group in variables.by_item())
        yield Requirement("apart", "各卷互不重题", "no item in two forms", rows)
        return
    rows_of_pairs: list[Row] = []
    for pair, (one, other) in enumerate(combinations(range(variables.forms), 2)):
        both = variables.both(pair)
        for n, group in enumerate(variables.by_item()):
            of_pair = group[(variables.form[group] == one) | (variables.form[group] == other)]
            weights = np.append(np.ones(len(of_pair)), -1.0)
            rows_of_pairs.append(Row(np.append(of_pair, both[n]), weights, -INFINITY, 1.0))
        rows_of_pairs.append(variables.row(both, 1.0, 0.0, float(shared)))
    yield Requirement("shared", f"任两卷至多 {shared} 题相同", f"any two forms share at most {shared} items", tuple(rows_of_pairs))


def _parallel(variables: Variables) -> Iterator[Requirement]:
    most = variables.blueprint.parallel
    if variables.forms == 1:
        return
    guess = variables.facility[variables.known].mean() if variables.known.any() else 0.5  # for items of which nothing is predicted
    points = variables.marks * np.where(variables.known, variables.facility, guess)
    rows = []
    for one, other in combinations(range(variables.forms), 2):
        both = np.concatenate([variables.of_form(one), variables.of_form(other)])
        weights = np.where(variables.form[both] == one, points[both], -points[both])
        rows.append(variables.row(both, weights, -float(most), float(most)))
    zh, en = f"各卷预测平均分相差不超过 {most} 分", f"predicted mean scores of the forms within {most} marks"
    yield Requirement("parallel", zh, en, tuple(rows))


def _bounds(window: Window) -> tuple[float, float]:
    return float(window.least), float(window.most)
