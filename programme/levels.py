"""Programmes and their levels: read from data, checked, stored."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from core import audit
from core.errors import Words
from core.unit import Unit
from programme import queries
from programme.errors import NO_LEVEL, NO_PROGRAMME
from programme.tables import ProgrammeRow

DEFINITIONS = Path(__file__).parent / "definitions"
"""The two programmes that come with the engine."""


class Title(BaseModel):
    """A title in both languages."""

    model_config = ConfigDict(extra="forbid")

    zh: str
    en: str


class Level(BaseModel):
    """One level of a programme."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(min_length=1, max_length=32)]
    title: Title


class Programme(BaseModel):
    """One certification programme; its levels stand in ascending order."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,32}$")]
    title: Title
    levels: Annotated[list[Level], Field(min_length=1)]


def load(unit: Unit, definition: dict[str, Any]) -> Programme:
    """Store a programme, or replace its definition."""
    programme = Programme.model_validate(definition)
    unit.session.merge(ProgrammeRow(code=programme.code, definition=programme.model_dump(mode="json")))
    audit.record(unit, "programme.definition.loaded", f"programme/{programme.code}")
    return programme


def load_built_in(unit: Unit) -> list[Programme]:
    """Store the programmes that come with the engine, or set them back to what they came as."""
    return [load(unit, json.loads(path.read_text("utf-8"))) for path in sorted(DEFINITIONS.glob("*.json"))]


def all_programmes(session: Session) -> list[Programme]:
    """Return every programme."""
    return [Programme.model_validate(row.definition) for row in queries.all_programmes(session)]


def names(session: Session) -> dict[str, Words]:
    """Return what each programme is called, by its code."""
    return {programme.code: Words(programme.title.zh, programme.title.en) for programme in all_programmes(session)}


def get_level(session: Session, programme: str, level: str) -> Level:
    """Return a level of a programme.

    Raises:
        ExamError: `programme.no_programme` or `programme.no_level`.
    """
    row = session.get(ProgrammeRow, programme)
    if row is None:
        raise NO_PROGRAMME(programme=programme)
    for candidate in Programme.model_validate(row.definition).levels:
        if candidate.code == level:
            return candidate
    raise NO_LEVEL(programme=programme, level=level)
