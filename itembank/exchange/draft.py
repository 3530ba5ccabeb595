"""The neutral shape between every reader and the bank: one item as its author means it, key included.

A line of a JSON Lines file is one `Draft`; every other format is read into it.  HTML fields hold the author's source: they are
sanitised by `itembank.dividing`, never here.  TeX stands between `$…$` or `$$…$$`.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from itembank import errors
from itembank.exchange.key_checks import check_key
from itembank.kinds.catalogue import KindName, PartName
from itembank.pictures import MOST_READ, Picture, read_picture

Scheme = Literal["all_or_nothing", "per_option", "partial_no_wrong"]
Marks = Annotated[Decimal, Field(gt=0, le=1000, max_digits=6, decimal_places=2)]
Worth = Annotated[Decimal, Field(ge=-1000, le=1000, max_digits=10, decimal_places=6)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
KnowledgePath = Annotated[str, Field(min_length=1, max_length=200)]


class Shape(BaseModel):
    """Strict base: an unknown name is an error, never silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DraftOption(Shape):
    """What may be chosen, placed, matched or put in order, or a unit; `fixed` keeps its place when options are shuffled.

    `area` is where a hot spot lies (see `itembank.kinds.areas`); its `html` is then what a screen reader says of it.
    """

    id: str = Field(min_length=1, max_length=32)
    html: str = Field(min_length=1)
    fixed: bool = False
    area: str = Field(default="", max_length=2000)


class DraftGap(Shape):
    """What takes one option: a gap of the stem, where its marker `[[1]]` stands, or with `html` the left side of a match.

    Gaps are numbered from 1.  `options` are those of this gap alone (inline choice).
    """

    id: str = Field(min_length=1, max_length=3)
    html: str = ""
    options: list[DraftOption] = []


class DraftImage(Shape):
    """A picture as a `data:` address, and what it shows, for who cannot see it."""

    data: str = Field(max_length=MOST_READ * 4 // 3 + 100)
    alt: str = Field(min_length=1, max_length=500)

    @property
    def picture(self) -> Picture:
        """The picture itself."""
        return read_picture(self.data)

    @property
    def width(self) -> int:
        """In pixels."""
        return self.picture.width

    @property
    def height(self) -> int:
        """In pixels."""
        return self.picture.height


class RubricLevel(Shape):
    """One level of a criterion: the marks it gives and what an answer at this level shows."""

    marks: Annotated[Decimal, Field(ge=0, le=1000, max_digits=6, decimal_places=2)]
    text: str


class RubricCriterion(Shape):
    """One criterion of a rubric; its marks are those of its highest level."""

    id: str = Field(min_length=1, max_length=32)
    title: str
    levels: list[RubricLevel] = Field(min_length=2)


class DraftKey(Shape):
    """What is right and what it is worth.

    `correct`: option ids of a choice, in their order for an ordering; pairs `"1 B"` of gap and option; accepted texts of a short text; or
    the one number of a numeric entry (as text).
    `scheme`: `all_or_nothing`; `per_option` (each right choice earns, each wrong one costs, never below 0; in gaps and orderings, where it
    takes the place of a right one, it costs nothing more); `partial_no_wrong` (少选得部分分、错选不得分); `mapped` (each value earns or
    costs what `worths` says in marks, or nothing; the sum is kept within `floor`, else 0, and `ceiling`, else the item's marks).
    `patterns`: further accepted short texts, `*` for any run of characters, `?` for one.
    `tolerance`: absolute, for numbers.  `factors`: what one of a unit is in the unit of the right number, by option id.
    `rubric`, `reference`: for extended text.
    `lacks`: why the source has no usable key; such an item may be kept, but not approved.
    """

    correct: list[str] = []
    scheme: Scheme | Literal["mapped"] = "all_or_nothing"
    worths: dict[str, Worth] = {}
    floor: Annotated[Decimal, Field(ge=0, le=1000)] | None = None
    ceiling: Annotated[Decimal, Field(ge=0, le=1000)] | None = None
    patterns: list[Annotated[str, Field(min_length=1, max_length=200)]] = []
    tolerance: Annotated[Decimal, Field(ge=0, le=10**12)] | None = None
    factors: dict[str, Annotated[Decimal, Field(gt=0, le=10**12)]] = {}
    rubric: list[RubricCriterion] = []
    reference: str = ""
    lacks: str = ""


class DraftPart(Shape):
    """One sub-question of a case set, or the answerable side of an item that stands alone."""

    kind: PartName
    stem: str = Field(min_length=1)
    options: list[DraftOption] = []
    gaps: list[DraftGap] = []
    once: bool = False
    limit: int = 0
    image: DraftImage | None = None
    key: DraftKey
    marks: Marks
    explanation: str = ""

    @model_validator(mode="after")
    def _key_fits(self) -> "DraftPart":
        check_key(self.kind, self, self.key, self.marks)
        return self


class Exhibit(Shape):
    """A named document beside a case: a table, a letter, a price list."""

    title: str
    html: str


class Draft(Shape):
    """One item as its author means it.

    `ref` is the author's own stable reference; the same ref imported again becomes a new version.  `difficulty` is the predicted
    facility loss in 0 - 1 (0 easy, 1 hard).  `knowledge` are paths in the knowledge-point tree, levels parted by `/`.  `scenario`
    is the definition of a simulated-business task (see `itembank.business.scenario`), whose marks are those of its fields.  `enemies`
    are references of items that must not stand in a form with this one: one gives the other's answer away, or asks the same.
    """

    ref: Name
    kind: KindName
    title: str = Field(default="", max_length=200)
    language: Literal["zh", "en"] = "zh"
    stem: str = ""
    options: list[DraftOption] = []
    gaps: list[DraftGap] = []
    once: bool = False
    limit: int = 0
    image: DraftImage | None = None
    key: DraftKey = DraftKey()
    stimulus: str = ""
    exhibits: list[Exhibit] = []
    parts: list[DraftPart] = []
    scenario: dict[str, Any] | None = None
    explanation: str = ""
    marks: Marks = Decimal(1)
    knowledge: list[KnowledgePath] = []
    difficulty: Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)] | None = None
    levels: list[Name] = []
    programmes: list[Name] = []
    enemies: list[Name] = []
    pool: Literal["live", "practice"] = "live"
    source: str = ""

    @model_validator(mode="after")
    def _kind_fits(self) -> "Draft":
        if self.kind == "case":
            self._check_case()
        elif self.kind == "business":
            if self.scenario is None:
                raise errors.SCENARIO_MISSING()
        else:
            if not self.stem.strip():
                raise errors.STEM_EMPTY()
            check_key(self.kind, self, self.key, self.marks)
        return self

    def _check_case(self) -> None:
        if not self.parts or not (self.stimulus or self.stem).strip():
            raise errors.CASE_EMPTY()
        total = sum(part.marks for part in self.parts)
        if self.marks != total:
            raise errors.CASE_MARKS(marks=str(self.marks), parts=str(total))
