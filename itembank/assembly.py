"""Assembly: forms that meet a blueprint, found by mixed-integer programming, or a smallest set of requirements that cannot hold together.

The programme is solved by HiGHS (Huangfu and Hall 2018) through scipy.  A conflict is found by the deletion filter (Chinneck and
Dravnieks 1991): a requirement stays out where the rest cannot be met without it; what is left is irreducible, so dropping any one of its
members makes the others possible.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import coo_array

from itembank.blueprint import Assembly, Blueprint, Candidate, Draw, Programmes, Section, describe
from itembank.draw import Stream, derive_seed
from itembank.errors import ASSEMBLY_UNSETTLED
from itembank.requirements import Floats, Requirement, Row, Variables, once, requirements

GAP = 0.05  # the share of the cost within which a set of forms is taken for the best
PATIENCE_S = 60.0  # of one solution
_INFEASIBLE = 2
NO_NAMES: Programmes = MappingProxyType({})


@dataclass(frozen=True)
class Assembled:
    """Forms that meet the blueprint; `gap` is the share of the cost by which better ones could still exist (0: these are the best).

    The cost of an item is the number of published forms that hold it, and a share of 1 by chance of the seed.
    """

    forms: list[Assembly]
    gap: float


@dataclass(frozen=True)
class Conflict:
    """Why a blueprint cannot be met: these requirements exclude each other, and any of them left out, the rest can be met.

    `settled` is false where time ran out before that was sure of each; then one or another may have no part in it.
    """

    members: tuple[Requirement, ...]
    forms: int
    settled: bool
    programmes: Programmes

    @property
    def needed(self) -> int | None:
        """Return how many items the draws need together; None where the lack is not one of items alone."""
        kinds = {member.kind for member in self.members}
        if not kinds <= {"draw", "apart"}:
            return None
        return sum(draw.count for _, draw in self._draws) * (self.forms if "apart" in kinds else 1)

    @property
    def available(self) -> int:
        """Return how many items fit any of the draws."""
        return len(frozenset[int]().union(*(member.fitting for member in self.members)))

    @property
    def zh(self) -> str:
        """Say it in plain Chinese."""
        if self.needed is None and len(self.members) == 1:
            return f"{self.members[0].zh}：{self.members[0].alone.zh}"
        if self.needed is None:
            free = "（去掉一组抽题，是指不再限定它的题数）" if self._draws else ""
            return f"以下要求不能同时满足：{'；'.join(member.zh for member in self.members)}。去掉任何一条，其余即可满足{free}"
        together = "合计" if len(self._draws) > 1 or self.needed > self._draws[0][1].count else ""
        told = "；".join(f"{section.title}（{describe(draw, 'zh', self.programmes)}）" for section, draw in self._draws)
        return f"{told}：{together}需要 {self.needed} 题，题库只有 {self.available} 题"

    @property
    def en(self) -> str:
        """Say it in plain English."""
        if self.needed is None and len(self.members) == 1:
            return f"{self.members[0].en}: {self.members[0].alone.en}"
        if self.needed is None:
            free = " (a draw left out means that its number is free)" if self._draws else ""
            told = "; ".join(member.en for member in self.members)
            return f"these cannot hold together: {told}. Any one of them left out, the others can be met{free}"
        together = "together " if len(self._draws) > 1 or self.needed > self._draws[0][1].count else ""
        told = "; ".join(f"{section.title} ({describe(draw, 'en', self.programmes)})" for section, draw in self._draws)
        return f"{told}: {together}{self.needed} needed, the bank has {self.available}"

    @property
    def _draws(self) -> list[tuple[Section, Draw]]:
        return [member.draw for member in self.members if member.draw is not None]


def assemble(blueprint: Blueprint, bank: Sequence[Candidate], forms: int = 1, programmes: Programmes = NO_NAMES) -> Assembled | Conflict:
    """Draw `forms` forms that meet the blueprint, or say which of its requirements exclude each other.

    Raises:
        ExamError: `itembank.assembly_unsettled` when time runs out before either is known.
    """
    ordered = sorted(bank, key=lambda candidate: candidate.ref)
    variables = Variables(blueprint, ordered, forms, programmes)
    wanted = requirements(variables)
    found = Programme(variables, wanted).solve(costs(variables), GAP)
    if found.x is not None:
        return Assembled(_forms(variables, found.x[: len(variables)] > 0.5), float(found.mip_gap or 0.0))
    if found.status != _INFEASIBLE:
        raise ASSEMBLY_UNSETTLED(seconds=PATIENCE_S)
    return _conflict(variables, wanted)


class Programme:
    """The programme of some of the requirements."""

    def __init__(self, variables: Variables, wanted: Sequence[Requirement]) -> None:
        self._variables = variables
        self._highest = np.ones(variables.columns)
        for requirement in wanted:
            self._highest[requirement.barred] = 0.0
        self._rows = [*once(variables), *(row for requirement in wanted for row in requirement.rows)]

    def solve(self, costs: Floats, gap: float) -> OptimizeResult:
        """Return what the solver found."""
        takes = np.arange(self._variables.columns) < len(self._variables)
        return milp(
            costs,
            integrality=takes.astype(int),
            bounds=Bounds(0, self._highest),
            constraints=_matrix(self._rows, self._variables.columns),
            options={"mip_rel_gap": gap, "time_limit": PATIENCE_S},
        )


def _matrix(rows: Sequence[Row], columns: int) -> LinearConstraint:
    place = np.repeat(np.arange(len(rows)), [len(row.variables) for row in rows]).astype(np.intp)
    column = np.concatenate([np.empty(0, np.intp), *(row.variables for row in rows)])
    weight = np.concatenate([np.empty(0), *(row.weights for row in rows)])
    matrix = coo_array((weight, (place, column)), (len(rows), columns)).tocsc()
    return LinearConstraint(matrix, [row.low for row in rows], [row.high for row in rows])


def costs(variables: Variables) -> Floats:
    """Return what each column costs: the exposure of its item, and a share of 1 by the seed."""
    seed = variables.blueprint.seed
    each = np.array([candidate.exposure + derive_seed(seed, candidate.ref) / 2**53 for candidate in variables.bank])
    costs = np.zeros(variables.columns)
    costs[: len(variables)] = each[variables.item]
    return costs


def _conflict(variables: Variables, wanted: Sequence[Requirement]) -> Conflict:
    kept, settled = list(wanted), True
    for requirement in wanted:
        others = [other for other in kept if other is not requirement]
        found = Programme(variables, others).solve(np.zeros(variables.columns), GAP)
        if found.status == _INFEASIBLE:
            kept = others
        elif found.x is None:
            settled = False
    return Conflict(tuple(kept), variables.forms, settled, variables.programmes)


def _forms(variables: Variables, taken: NDArray[np.bool_]) -> list[Assembly]:
    mixed = Stream(variables.blueprint.seed, "assembly")
    forms = []
    for form in range(variables.forms):
        assembly: Assembly = []
        d = 0
        for section in variables.blueprint.sections:
            items: list[Candidate] = []
            for draw in section.draws:
                drawn = mixed.shuffled(variables.bank[n] for n in variables.item[taken & (variables.form == form) & (variables.draw == d)])
                items += sorted(drawn, key=lambda one: draw.refs.index(one.ref)) if draw.refs else drawn
                d += 1
            assembly.append(items)
        forms.append(assembly)
    return forms
