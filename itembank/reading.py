"""The read door of the item bank for upper floors: keyless contents, and what practice may use."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import NOT_FOUND
from itembank import queries
from itembank.content import Content
from itembank.queries import ItemFilter


@dataclass(frozen=True)
class PracticeItem:
    """An item that may be practised, in the version to be shown."""

    item: str
    version: str
    ref: str
    kind: str
    title: str
    language: str
    marks: Decimal
    difficulty: Decimal | None
    levels: tuple[str, ...]
    programmes: tuple[str, ...]
    knowledge: tuple[str, ...]


@dataclass(frozen=True)
class PublishedForm:
    """A form that may be sat."""

    id: str
    title: str
    programme: str
    level: str
    paper: str
    language: str
    total_marks: Decimal


def published_forms(session: Session) -> list[PublishedForm]:
    """Return the forms that may be sat, newest first."""
    return [
        PublishedForm(row.id, row.title, row.programme, row.level, row.paper, row.language, row.total_marks)
        for row in queries.find_forms(session)
        if row.state == "published"
    ]


def known_refs(session: Session, refs: Sequence[str]) -> set[str]:
    """Return those of the references under which the bank holds an item, whatever its state."""
    return queries.refs_there(session, refs)


def practice_items(
    session: Session,
    knowledge: str = "",
    *,
    programme: str = "",
    level: str = "",
    kind: str = "",
    language: str = "",
) -> list[PracticeItem]:
    """Return the approved items of the practice pool that fit, by reference; none of which any version stands in a live form.

    `knowledge` also takes every point below the one named.
    """
    wanted = ItemFilter(kind=kind, language=language, level=level, programme=programme, knowledge=knowledge)
    return [
        PracticeItem(
            item=item.id,
            version=version.id,
            ref=item.ref,
            kind=item.kind,
            title=version.title,
            language=item.language,
            marks=version.marks,
            difficulty=version.difficulty,
            levels=tuple(version.levels),
            programmes=tuple(version.programmes),
            knowledge=tuple(version.knowledge),
        )
        for item, version in session.execute(queries.practice_versions(wanted))
    ]


def check_practice(session: Session, version_id: str) -> bool:
    """Say whether an item version may be practised now: of the practice pool, approved, and in no live form."""
    return queries.is_practice_version(session, version_id)


def keyless(session: Session, version_id: str) -> Content:
    """Return the content of an item version as a candidate may see it.

    Raises:
        ExamError: `core.not_found`.
    """
    return Content.model_validate(queries.get_version(session, version_id).content)


def keyless_many(session: Session, version_ids: list[str]) -> dict[str, Content]:
    """Return the contents of item versions.

    Raises:
        ExamError: `core.not_found`, when one of them does not exist.
    """
    found = queries.contents(session, version_ids)
    if len(found) != len(set(version_ids)):
        raise NOT_FOUND()
    return {version: Content.model_validate(content) for version, content in found.items()}
