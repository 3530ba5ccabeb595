"""The keyless content of an item version, and the frozen form made of such contents.

Nothing in these shapes has room for a key: what is right, what earns marks and why stands in `itembank.keys` alone.
"""

from decimal import Decimal
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from itembank.business.scenario import Visible


class Keyless(BaseModel):
    """Strict, immutable base of everything a candidate may see."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(Keyless):
    """What may be chosen, placed, matched or put in order; `fixed` keeps its place when options are shuffled.

    `area` is where a hot spot lies on its picture (see `itembank.kinds.areas`).
    """

    id: str
    html: str
    fixed: bool = False
    area: str = ""


class Gap(Keyless):
    """What takes one option: a gap of the stem, at its marker `[[1]]`, or with `html` the left side of a match.

    `options` are those of this gap alone.
    """

    id: str
    html: str = ""
    options: tuple[Option, ...] = ()


class Image(Keyless):
    """A picture as a `data:` address, its size in pixels, and what it shows, for who cannot see it."""

    data: str
    width: int
    height: int
    alt: str


class Part(Keyless):
    """One question as it is answered: its kind, its text, what there is to choose from or to fill, its marks.

    What each kind is made of, and what `once` and `limit` mean, stands in `itembank.kinds`.
    """

    kind: str
    stem: str
    options: tuple[Option, ...] = ()
    gaps: tuple[Gap, ...] = ()
    once: bool = False
    limit: int = 0
    image: Image | None = None
    marks: Decimal


class Exhibit(Keyless):
    """A named document beside a case."""

    title: str
    html: str


class Content(Keyless):
    """One item version without its key; every HTML field is sanitised.

    A case has `stimulus`, `exhibits` and `parts`; a simulated-business task has `scenario`; every other kind has `stem` and
    what `Part` has.
    """

    kind: str
    title: str
    language: str
    stem: str = ""
    options: tuple[Option, ...] = ()
    gaps: tuple[Gap, ...] = ()
    once: bool = False
    limit: int = 0
    image: Image | None = None
    stimulus: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    parts: tuple[Part, ...] = ()
    scenario: Visible | None = None
    marks: Decimal


class FrozenItem(Keyless):
    """An item at its place in a form: `1`, `2`, … in the form's own order."""

    place: str
    version: str
    content: Content

    def part_places(self) -> list[tuple[str, Part]]:
        """Return each part of a case with its place (`41.1`); empty for every other kind."""
        return [(f"{self.place}.{n}", part) for n, part in enumerate(self.content.parts, 1)]


class FrozenSection(Keyless):
    """A section of a form, with what may be shuffled in it; `limit_s` is the time that it is meant to take, in seconds."""

    id: str
    title: str
    instructions: str = ""
    shuffle_items: bool = True
    shuffle_options: bool = True
    limit_s: int | None = None
    items: tuple[FrozenItem, ...]


class FrozenForm(Keyless):
    """A form as it was frozen: complete, keyless, immutable."""

    form: str
    title: str
    language: str
    programme: str = ""
    level: str = ""
    paper: str = ""
    total_marks: Decimal
    sections: tuple[FrozenSection, ...]

    @cached_property
    def items(self) -> dict[str, FrozenItem]:
        """Return every item by its place."""
        return {item.place: item for section in self.sections for item in section.items}
