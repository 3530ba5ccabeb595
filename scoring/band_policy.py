"""The rules of passing and of rank bands, as data.

The document is that of `results bands`: `{"paper_min", "total_min", "denominator", "rounding", "ties", "bands": [{"name",
"top"}]}`, with `late` and `tie_keys` where they matter.  Numbers are exact: they come in as whole numbers, decimals or
decimal strings, and are never made binary fractions.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal, get_args

Denominator = Literal["passers", "sitters"]
Rounding = Literal["floor", "ceil", "nearest"]
Ties = Literal["all_up", "all_down", "keys"]
Late = Literal["recompute", "freeze"]

_DIGITS = 12
"""Places before and behind the decimal point within which a number must begin: made a whole fraction, it stays small."""
_FIELDS = ("paper_min", "total_min", "denominator", "rounding", "ties", "tie_keys", "late", "bands")


class PolicyError(ValueError):
    """The document is not a policy: which field, and why."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


@dataclass(frozen=True)
class Band:
    """A band, and the cumulative share of the ranking down to which it reaches (0 < top ≤ 1)."""

    name: str
    top: Fraction


@dataclass(frozen=True)
class BandPolicy:
    """Who passes, and how the ranking is cut.  `paper_min` is one mark for all papers or a mark per paper.

    `denominator`: the shares are of those who passed, or of all who sat.  `rounding`: a share of n places that is not
    whole is cut off, filled up, or rounded, halves up.  `ties`: people with equal totals on a boundary all get the better
    band, or all the lesser one, or are told apart by their marks on `tie_keys` in turn (still equal: the better band).
    `late`: results that come after publication make everything new, or are added under the published cuts.
    """

    bands: tuple[Band, ...]
    paper_min: Decimal | Mapping[str, Decimal] = Decimal(0)
    total_min: Decimal = Decimal(0)
    denominator: Denominator = "passers"
    rounding: Rounding = "floor"
    ties: Ties = "all_up"
    tie_keys: tuple[str, ...] = ()
    late: Late = "recompute"

    def paper_minimum(self, paper: str) -> Decimal:
        """Return the mark needed on a paper; 0 for a paper that the policy does not name."""
        if isinstance(self.paper_min, Decimal):
            return self.paper_min
        return self.paper_min.get(paper, Decimal(0))

    def passes(self, marks: Mapping[str, Decimal | None]) -> bool:
        """Say whether a person with those marks per paper passes; a paper without a mark is not passed."""
        known = [mark for mark in marks.values() if mark is not None]
        if len(known) < len(marks) or not known or sum(known) < self.total_min:
            return False
        return all(mark is not None and mark >= self.paper_minimum(paper) for paper, mark in marks.items())

    def places(self, people: int) -> tuple[int, ...]:
        """Return for each band how many ranks it reaches down to among so many people."""
        return tuple(_rounded(band.top * people, self.rounding) for band in self.bands)

    def document(self) -> dict[str, Any]:
        """Return the policy as a document, with every default spelled out."""
        minimum = self.paper_min
        return {
            "paper_min": plain(minimum) if isinstance(minimum, Decimal) else {k: plain(v) for k, v in minimum.items()},
            "total_min": plain(self.total_min),
            "denominator": self.denominator,
            "rounding": self.rounding,
            "ties": self.ties,
            "tie_keys": list(self.tie_keys),
            "late": self.late,
            "bands": [{"name": band.name, "top": _share(band.top)} for band in self.bands],
        }


def read_policy(document: Any) -> BandPolicy:
    """Read a policy document.

    Raises:
        PolicyError: when something is missing, unknown or makes no sense.
    """
    if not isinstance(document, dict):
        raise PolicyError("policy", "must be an object")
    for field in document:
        if field not in _FIELDS:
            raise PolicyError(str(field), "is not a field of a policy")
    ties = _choice(document, "ties", Ties, "all_up")
    keys = document.get("tie_keys", [])
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise PolicyError("tie_keys", "must be a list of papers")
    if ties == "keys" and not keys:
        raise PolicyError("tie_keys", "must name a paper when ties are decided by keys")
    return BandPolicy(
        bands=_read_bands(document.get("bands")),
        paper_min=_read_minimum(document.get("paper_min", 0)),
        total_min=number(document.get("total_min", 0), "total_min"),
        denominator=_choice(document, "denominator", Denominator, "passers"),
        rounding=_choice(document, "rounding", Rounding, "floor"),
        ties=ties,
        tie_keys=tuple(keys),
        late=_choice(document, "late", Late, "recompute"),
    )


def number(value: Any, field: str) -> Decimal:
    """Return an exact number.

    Raises:
        PolicyError: when it is none, not finite, or absurdly large or small.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise PolicyError(field, "must be a number")
    try:
        exact = Decimal(str(value).strip())
    except InvalidOperation:
        raise PolicyError(field, f"{value!r} is not a number") from None
    if not exact.is_finite():
        raise PolicyError(field, "must be finite")
    if exact and abs(exact.adjusted()) > _DIGITS:
        raise PolicyError(field, f"must be 0, or neither above 1e{_DIGITS} nor below 1e-{_DIGITS} in size")
    return exact


def plain(value: Decimal) -> int | float:
    """Return an exact number as JSON writes it: 121 and 121.5, with the digits that it has."""
    return int(value) if value == value.to_integral_value() else float(value)


def _share(top: Fraction) -> int | float:
    return int(top) if top.denominator == 1 else float(top)


def _read_minimum(value: Any) -> Decimal | dict[str, Decimal]:
    if isinstance(value, dict):
        return {str(paper): number(mark, f"paper_min.{paper}") for paper, mark in value.items()}
    return number(value, "paper_min")


def _read_bands(value: Any) -> tuple[Band, ...]:
    """Read the bands, best first, tops rising to 1 at most."""
    if not isinstance(value, list) or not value:
        raise PolicyError("bands", "must be a list of at least one band")
    bands: list[Band] = []
    for place, entry in enumerate(value):
        field = f"bands[{place}]"
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str) or not entry["name"]:
            raise PolicyError(field, "must have a name")
        top = Fraction(number(entry.get("top"), f"{field}.top"))
        if not (bands[-1].top if bands else 0) < top <= 1:
            raise PolicyError(f"{field}.top", "shares must rise from band to band, above 0 and up to 1")
        if entry["name"] in [band.name for band in bands]:
            raise PolicyError(f"{field}.name", "is used twice")
        bands.append(Band(entry["name"], top))
    return tuple(bands)


def _choice(document: dict[str, Any], field: str, kind: Any, default: str) -> Any:
    value = document.get(field, default)
    if value not in get_args(kind):
        raise PolicyError(field, f"must be one of {', '.join(get_args(kind))}")
    return value


def _rounded(value: Fraction, rounding: Rounding) -> int:
    """Round an exact share of people; `nearest` takes halves up."""
    if rounding == "floor":
        return math.floor(value)
    return math.ceil(value) if rounding == "ceil" else math.floor(value + Fraction(1, 2))
