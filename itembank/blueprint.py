"""Blueprints: what a form is made of, and what must hold for it as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import Words
from itembank.kinds.catalogue import KINDS, KindName

Programmes = Mapping[str, Words]
"""What programmes are called, by their codes."""
Share = Annotated[Decimal, Field(ge=0, le=1)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(_Shape):
    """From `least` to `most`, both included."""

    least: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    most: Annotated[Decimal, Field(ge=0)]

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Filter(_Shape):
    """Which items are meant; empty fields do not narrow, `knowledge` also takes every point below it, `difficulty` is 0 easy – 1 hard.

    `refs`: the references of the items themselves; what a draw takes of them stands in their order.
    """

    kind: KindName | None = None
    level: str = ""
    programme: str = ""
    knowledge: str = ""
    language: Literal["", "zh", "en"] = ""
    marks: Annotated[Decimal, Field(gt=0)] | None = None
    difficulty: Window | None = None
    refs: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=64)], ...], Field(max_length=500)] = ()


class Draw(Filter):
    """So many items that fit."""

    count: Annotated[int, Field(ge=1, le=500)]


class Limit(Filter):
    """How many items of the whole form, or how many of its marks, may be of a sort."""

    of: Literal["items", "marks"] = "items"
    least: Annotated[Decimal, Field(ge=0)] = Decimal(0)
    most: Annotated[Decimal, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Limit":
        if self.most is not None and self.least > self.most:
            raise ValueError("least is more than most")
        return self


class Section(_Shape):
    """A section of the form, with its draws in the order in which their items stand before shuffling.

    `limit_s`: the seconds after which it closes in a sitting that does not say otherwise; None for no limit of its own.
    """

    id: Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[A-Za-z0-9_-]+$")]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    instructions: str = ""
    shuffle_items: bool = True
    shuffle_options: bool = True
    limit_s: Annotated[int, Field(gt=0, le=86400)] | None = None
    draws: Annotated[tuple[Draw, ...], Field(min_length=1)]


class Blueprint(_Shape):
    """What a form is made of.  `seed` decides which of the items that fit equally well are drawn.

    Of the whole form: `limits`; `facility`, the predicted mean score as a share of the marks; `spread`, the predicted standard
    deviation of the score in marks, under local independence and without differences between candidates.  Of its items: at most
    `max_exposure` published forms hold them, none of the last `not_in_last` published ones of the same programme, level and
    paper, and none of `exclude_forms`.  Of parallel forms: any two share at most `shared` items, and the predicted mean scores
    of all lie within `parallel` marks.
    """

    title: Annotated[str, Field(min_length=1, max_length=200)]
    programme: Annotated[str, Field(max_length=64)] = ""
    level: Annotated[str, Field(max_length=64)] = ""
    paper: Annotated[str, Field(max_length=64)] = ""
    language: Literal["zh", "en"] = "zh"
    pool: Literal["live", "practice"] = "live"
    seed: int = 1
    exclude_forms: tuple[str, ...] = ()
    sections: Annotated[tuple[Section, ...], Field(min_length=1, max_length=50)]
    limits: Annotated[tuple[Limit, ...], Field(max_length=200)] = ()
    facility: Window | None = None
    spread: Window | None = None
    max_exposure: Annotated[int, Field(ge=0)] | None = None
    not_in_last: Annotated[int, Field(ge=0, le=100)] = 0
    shared: Annotated[int, Field(ge=0)] = 0
    parallel: Annotated[Decimal, Field(gt=0)] = Decimal("0.5")

    @model_validator(mode="after")
    def _sections_differ(self) -> "Blueprint":
        ids = [section.id for section in self.sections]
        if len(set(ids)) != len(ids):
            raise ValueError("two sections have the same id")
        return self

    @property
    def draws(self) -> list[tuple[Section, Draw]]:
        """Return every draw with its section, in the order of the form."""
        return [(section, draw) for section in self.sections for draw in section.draws]


class NamedForm(NamedTuple):
    """A form, and what people call it."""

    id: str
    title: str


@dataclass(frozen=True)
class Candidate:
    """An approved item as a blueprint sees it.

    `exposure` counts the published forms that hold it; `last_used` says how many published forms ago one of the blueprint's own
    programme, level and paper held it (1 the last one); `enemies` are references of items that must not stand in a form with it;
    `held` are those of the forms that the blueprint excludes in which it stands.
    """

    item: str
    version: str
    ref: str
    kind: str
    language: str
    marks: Decimal
    difficulty: Decimal | None
    levels: tuple[str, ...]
    programmes: tuple[str, ...]
    knowledge: tuple[str, ...]
    exposure: int = 0
    last_used: int | None = None
    enemies: tuple[str, ...] = ()
    held: tuple[NamedForm, ...] = ()

    @property
    def facility(self) -> Decimal | None:
        """Return the predicted share of its marks that is reached, or None where nothing is predicted."""
        return None if self.difficulty is None else 1 - self.difficulty


Assembly = list[list[Candidate]]
"""For each section, its items in order."""


def fits(wanted: Filter, candidate: Candidate) -> bool:
    """Say whether an item is of the sort that is wanted."""
    under = f"{wanted.knowledge}/"
    return (
        (wanted.kind is None or candidate.kind == wanted.kind)
        and (not wanted.language or candidate.language == wanted.language)
        and (wanted.marks is None or candidate.marks == wanted.marks)
        and (not wanted.level or wanted.level in candidate.levels)
        and (not wanted.programme or wanted.programme in candidate.programmes)
        and (not wanted.knowledge or any(point == wanted.knowledge or point.startswith(under) for point in candidate.knowledge))
        and (not wanted.refs or candidate.ref in wanted.refs)
        and (wanted.difficulty is None or _within(wanted.difficulty, candidate.difficulty))
    )


def describe(wanted: Filter, language: str, programmes: Programmes) -> str:
    """Name a sort of items for people; a programme by its name, where that is known."""
    at = 1 if language == "en" else 0
    kind = KINDS[wanted.kind] if wanted.kind else None
    programme = programmes.get(wanted.programme, Words(f"项目 {wanted.programme}", f"programme {wanted.programme}"))[at]
    named = [(kind.zh, kind.en)[at] if kind else "", programme if wanted.programme else "", wanted.level, wanted.knowledge]
    told = [
        *named,
        _LANGUAGES[wanted.language][at] if wanted.language else "",
        *(_figures_en(wanted) if language == "en" else _figures_zh(wanted)),
    ]
    return ("、", ", ")[at].join(filter(None, told)) or ("任意题目", "any item")[at]


def _figures_zh(wanted: Filter) -> Iterable[str]:
    window, refs = wanted.difficulty, wanted.refs
    yield f"每题 {wanted.marks} 分" if wanted.marks is not None else ""
    yield f"难度 {window.least}–{window.most}" if window else ""
    yield f"指定的 {'、'.join(refs[:3])}{' 等' * (len(refs) > 3)}" if refs else ""


def _figures_en(wanted: Filter) -> Iterable[str]:
    window, refs = wanted.difficulty, wanted.refs
    yield f"{wanted.marks} marks each" if wanted.marks is not None else ""
    yield f"difficulty {window.least}–{window.most}" if window else ""
    yield f"of {', '.join(refs[:3])}{' …' * (len(refs) > 3)}" if refs else ""


def predicted(items: Iterable[Candidate]) -> dict[str, str | None]:
    """Return the predicted mean and standard deviation of the score in marks, as text; None where an item's difficulty is not known."""
    drawn = list(items)
    if any(candidate.facility is None for candidate in drawn):
        return {"predicted_mean": None, "predicted_spread": None}
    shares = [(candidate.marks, candidate.facility or Decimal(0)) for candidate in drawn]
    mean = sum((marks * share for marks, share in shares), Decimal(0))
    variance = sum((marks**2 * share * (1 - share) for marks, share in shares), Decimal(0))
    return {"predicted_mean": f"{mean:.3f}", "predicted_spread": f"{variance.sqrt():.3f}"}


def _within(window: Window, value: Decimal | None) -> bool:
    return value is not None and window.least <= value <= window.most


_LANGUAGES = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}
