"""The shapes of what the marking room is sent over HTTP."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from scoring.annotations import MOST, Annotation

GivenLevels = dict[str, Annotated[Decimal, Field(ge=0, le=1000)]]
Comment = Annotated[str, Field(max_length=2000)]
Words = Annotated[str, Field(min_length=1, max_length=500)]


class Strict(BaseModel):
    """A body without unknown fields."""

    model_config = ConfigDict(extra="forbid")


class Levels(Strict):
    """A mark: for each criterion of the rubric the marks of the level given, a comment for the file, and annotations."""

    levels: GivenLevels
    comment: Comment = ""
    annotations: Annotated[list[Annotation], Field(max_length=MOST)] = []


class DraftBody(Strict):
    """A draft: what has been entered so far."""

    levels: GivenLevels = {}
    comment: Comment = ""
    annotations: Annotated[list[Annotation], Field(max_length=MOST)] = []


class Reason(Strict):
    """Why something is done."""

    reason: Annotated[Words, Field(pattern=r"\S")]


class Decision(Strict):
    """A chief's final mark, with why."""

    levels: GivenLevels
    comment: Comment = ""


class KeptSample(Strict):
    """A script to keep with agreed marks: as an exemplar, to qualify by (`trial`), or as a seed."""

    use: Literal["exemplar", "trial", "seed"]
    levels: GivenLevels
    note: Comment = ""


class StaffAct(Strict):
    """What the chief does about a marker: pause, resume, requalify, or redistribute what is in hand."""

    act: Literal["pause", "resume", "requalify", "redistribute"]
    reason: Words


class OwnSite(Strict):
    """The site of a marker; empty for none."""

    site: Annotated[str, Field(max_length=100)]
