"""A marker's annotations: ranges over an answer, kept beside it and never in it."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MOST = 200


class Annotation(BaseModel):
    """A range of the answer, in characters (Unicode code points) from `start` to before `end`, and what the marker says of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(ge=1)]
    kind: Literal["right", "wrong", "query"]
    note: Annotated[str, Field(max_length=500)] = ""


def check_annotations(answer: str, annotations: Sequence[Annotation]) -> str | None:
    """Say what does not fit the answer; None when every range lies within it."""
    for annotation in annotations:
        if not annotation.start < annotation.end <= len(answer):
            return f"批注 annotation {annotation.start}-{annotation.end}: 超出答案 outside the answer (0-{len(answer)})"
    return None
