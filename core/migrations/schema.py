"""Every table of the house in one metadata: what migrations are made from and checked against."""

from importlib import import_module
from importlib.util import find_spec

from sqlalchemy import MetaData

from core.base import Base

PARTITION = "journal_of_"
"""How the names of the journal's partitions begin; they are described by the journal."""

ROOMS = ("core", "itembank", "delivery", "scoring", "proctor", "programme", "practice", "web")


def metadata() -> MetaData:
    """Return the metadata with the tables of every room that has some."""
    for room in ROOMS:
        if find_spec(f"{room}.tables"):
            import_module(f"{room}.tables")
    return Base.metadata


def no_partition(name: str | None, kind: str, _parents: object) -> bool:
    """Say whether something in the database is to be compared with the tables in the code."""
    return kind != "table" or not (name or "").startswith(PARTITION)


def on_both(_thing: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """Say whether something is on both databases; an index of one alone says so in its `info`, for `ddl_if` is not compared."""
    return kind != "index" or name not in _of_one_database()


def _of_one_database() -> set[str | None]:
    return {index.name for table in Base.metadata.tables.values() for index in table.indexes if "only_on" in index.info}
