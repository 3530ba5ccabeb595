"""All SQL of the item bank."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, exists, false, func, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session, aliased, defer

from core.errors import NOT_FOUND
from itembank import words
from itembank.life import State
from itembank.tables import FormItemRow, FormRow, ItemRow, ItemVersionRow, KeyRow, TagRow
from itembank.words import Token

_CHUNK = 1000  # values of one IN list
LIVE_FORMS = ("frozen", "published")


@dataclass(frozen=True)
class Known:
    """What the bank holds under a reference: the item and its newest version."""

    item: str
    kind: str
    state: str
    n: int
    digest: str


@dataclass(frozen=True)
class ItemFilter:
    """What a list of items is narrowed to; empty fields do not narrow.

    `knowledge` also takes every point below the one named; `text` is looked for in reference, title and text (see
    `itembank.words.wanted`).  `author` is who wrote the newest version, `difficulty` one of `DIFFICULTIES`.
    """

    kind: str = ""
    language: str = ""
    pool: str = ""
    state: str = ""
    level: str = ""
    programme: str = ""
    knowledge: str = ""
    text: str = ""
    author: str = ""
    difficulty: str = ""


DIFFICULTIES = {"easy": (Decimal(0), Decimal("0.4")), "medium": (Decimal("0.4"), Decimal("0.6")), "hard": (Decimal("0.6"), Decimal(2))}
"""Names of difficulties: from which, and below which."""
MOST_COUNTED = 1000
"""How many items a search counts: finding out that there are more takes longer than anybody waits."""


def lock_known(session: Session, refs: Sequence[str]) -> dict[str, Known]:
    """Return what the bank holds under each reference, with the items' rows locked."""
    found: dict[str, Known] = {}
    for chunk in _chunks(refs):
        wanted = (
            select(ItemRow.ref, ItemRow.id, ItemRow.kind, ItemRow.state, ItemVersionRow.n, ItemVersionRow.digest)
            .join(ItemVersionRow, ItemVersionRow.id == ItemRow.version)
            .where(ItemRow.ref.in_(chunk))
            .order_by(ItemRow.ref)
            .with_for_update(of=ItemRow)
        )
        for ref, item, kind, state, n, digest in session.execute(wanted):
            found[ref] = Known(item, kind, state, n, digest)
    return found


def refs_there(session: Session, refs: Sequence[str]) -> set[str]:
    """Return those of the references that the bank holds."""
    return {ref for chunk in _chunks(refs) for ref in session.scalars(select(ItemRow.ref).where(ItemRow.ref.in_(chunk)))}


def lock_item(session: Session, item_id: str) -> ItemRow:
    """Return the row of an item, locked.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(ItemRow, item_id, with_for_update=True)
    if row is None:
        raise NOT_FOUND()
    return row


def get_item(session: Session, item_id: str) -> ItemRow:
    """Return the row of an item.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(ItemRow, item_id)
    if row is None:
        raise NOT_FOUND()
    return row


def get_version(session: Session, version_id: str) -> ItemVersionRow:
    """Return the row of a version.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(ItemVersionRow, version_id)
    if row is None:
        raise NOT_FOUND()
    return row


def get_version_numbered(session: Session, item_id: str, n: int) -> ItemVersionRow:
    """Return version `n` of an item.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.scalar(select(ItemVersionRow).where(ItemVersionRow.item == item_id, ItemVersionRow.n == n))
    if row is None:
        raise NOT_FOUND()
    return row


def versions_of(session: Session, item_id: str) -> list[ItemVersionRow]:
    """Return the versions of an item, newest first."""
    return list(session.scalars(select(ItemVersionRow).where(ItemVersionRow.item == item_id).order_by(ItemVersionRow.n.desc())))


def get_key_row(session: Session, version_id: str) -> KeyRow:
    """Return the key row of a version.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(KeyRow, version_id)
    if row is None:
        raise NOT_FOUND()
    return row


def key_bodies(session: Session, versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the keys of versions as they are stored."""
    found: dict[str, dict[str, Any]] = {}
    for chunk in _chunks(versions):
        rows = session.execute(select(KeyRow.version, KeyRow.body).where(KeyRow.version.in_(chunk)))
        found.update((version, body) for version, body in rows)
    return found


def contents(session: Session, versions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the keyless contents of versions as they are stored."""
    found: dict[str, dict[str, Any]] = {}
    for chunk in _chunks(versions):
        rows = session.execute(select(ItemVersionRow.id, ItemVersionRow.content).where(ItemVersionRow.id.in_(chunk)))
        found.update((version, content) for version, content in rows)
    return found


def find_items(session: Session, wanted: ItemFilter, offset: int, limit: int) -> tuple[list[tuple[ItemRow, ItemVersionRow]], int]:
    """Return a page of items with their newest versions, last changed first, and how many there are, at most `MOST_COUNTED`."""
    order: tuple[Any, ...] = (ItemRow.updated_at.desc(), ItemRow.id)
    narrowed = select(ItemRow.id).where(*_of_newest(session, wanted))
    exact = words.wanted(wanted.text).exact
    if exact:  # their texts are read for as many as are asked for, in order: nothing is pushed below an offset
        inner = narrowed.add_columns(ItemRow.version, ItemRow.updated_at, ItemRow.ref).order_by(*order).offset(0).subquery()
        narrowed, order = select(inner.c.id).where(*_as_written(exact, inner.c)), (inner.c.updated_at.desc(), inner.c.id)
    ids = list(session.scalars(narrowed.order_by(*order).limit(max(MOST_COUNTED, offset + limit))))  # counted and cut in one search
    page = (
        select(ItemRow, ItemVersionRow)
        .join(ItemVersionRow, ItemVersionRow.id == ItemRow.version)
        .where(ItemRow.id.in_(ids[offset : offset + limit]))
        .options(defer(ItemVersionRow.content), defer(ItemVersionRow.search_text))
        .order_by(ItemRow.updated_at.desc(), ItemRow.id)
    )
    return [(item, version) for item, version in session.execute(page)], min(len(ids), MOST_COUNTED)


def sources(session: Session, wanted: ItemFilter) -> list[dict[str, Any]]:
    """Return the author's drafts, keys included, of the newest versions of items, by reference."""
    joined = select(KeyRow.source).join(ItemVersionRow, ItemVersionRow.id == KeyRow.version)
    newest = joined.join(ItemRow, ItemRow.version == ItemVersionRow.id)
    exact = _as_written(words.wanted(wanted.text).exact, ItemRow)
    return list(session.scalars(newest.where(*_of_newest(session, wanted), *exact).order_by(ItemRow.ref)))


def sources_by_ref(session: Session, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the author's drafts, keys included, of the newest versions of the items with these references."""
    joined = select(ItemRow.ref, KeyRow.source).join(KeyRow, KeyRow.version == ItemRow.version)
    return {ref: source for chunk in _chunks(refs) for ref, source in session.execute(joined.where(ItemRow.ref.in_(chunk)))}


def practice_versions(wanted: ItemFilter) -> Select[ItemRow, ItemVersionRow]:
    """Select approved practice items that stand in no live form, with their approved versions, by reference."""
    return (
        select(ItemRow, ItemVersionRow)
        .join(ItemVersionRow, ItemVersionRow.id == ItemRow.approved_version)
        .where(ItemRow.state != State.RETIRED, ItemRow.pool == "practice", *_of_approved(wanted))
        .where(~_in_form(FormRow.state.in_(LIVE_FORMS)))
        .options(defer(ItemVersionRow.content), defer(ItemVersionRow.search_text))
        .order_by(ItemRow.ref)
    )


def is_practice_version(session: Session, version_id: str) -> bool:
    """Say whether a version is what `practice_versions` would give."""
    return session.execute(practice_versions(ItemFilter()).where(ItemVersionRow.id == version_id)).first() is not None


def live_versions(session: Session) -> set[tuple[str, str]]:
    """Return (item, version) of everything that stands in a frozen or published form."""
    rows = session.execute(
        select(FormItemRow.item, FormItemRow.version).join(FormRow, FormRow.id == FormItemRow.form).where(FormRow.state.in_(LIVE_FORMS))
    )
    return {(item, version) for item, version in rows}


def facet_values(session: Session, facet: str) -> list[str]:
    """Return every value that a facet has in any version: one step through the index for each."""
    least = select(func.min(TagRow.value).label("value")).where(TagRow.facet == facet).cte("steps", recursive=True)
    above = select(func.min(TagRow.value)).where(TagRow.facet == facet, TagRow.value > least.c.value).scalar_subquery()
    steps = least.union_all(select(above).where(least.c.value.is_not(None)))
    return [value for value in session.scalars(select(steps.c.value)) if value is not None]


def get_form(session: Session, form_id: str) -> FormRow:
    """Return the row of a form.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(FormRow, form_id)
    if row is None:
        raise NOT_FOUND()
    return row


def lock_form(session: Session, form_id: str) -> FormRow:
    """Return the row of a form, locked.

    Raises:
        ExamError: `core.not_found`.
    """
    row = session.get(FormRow, form_id, with_for_update=True)
    if row is None:
        raise NOT_FOUND()
    return row


def find_forms(session: Session) -> list[FormRow]:
    """Return every form, newest first."""
    return list(session.scalars(select(FormRow).order_by(FormRow.created_at.desc(), FormRow.id)))


def find_published_form(session: Session, title: str) -> str | None:
    """Return the id of the newest published form with this title."""
    wanted = select(FormRow.id).where(FormRow.title == title, FormRow.state == "published").order_by(FormRow.created_at.desc())
    return session.scalar(wanted.limit(1))


def items_of_form(session: Session, form_id: str) -> list[FormItemRow]:
    """Return the items of a form in the order of their places."""
    return list(session.scalars(select(FormItemRow).where(FormItemRow.form == form_id).order_by(FormItemRow.place)))


def find_placed(session: Session, form_id: str) -> list[tuple[FormItemRow, ItemRow, ItemVersionRow]]:
    """Return the items of a form with the versions taken, in the order of their places."""
    wanted = (
        select(FormItemRow, ItemRow, ItemVersionRow)
        .join(ItemRow, ItemRow.id == FormItemRow.item)
        .join(ItemVersionRow, ItemVersionRow.id == FormItemRow.version)
        .where(FormItemRow.form == form_id)
        .order_by(FormItemRow.place)
        .options(defer(ItemVersionRow.content), defer(ItemVersionRow.search_text))
    )
    return [(placed, item, version) for placed, item, version in session.execute(wanted)]


def refs_of_form(session: Session, form_id: str) -> list[str]:
    """Return the references of a form's items in the order of their places."""
    wanted = select(ItemRow.ref).join(FormItemRow, FormItemRow.item == ItemRow.id).where(FormItemRow.form == form_id)
    return list(session.scalars(wanted.order_by(FormItemRow.place)))


def _of_newest(session: Session, wanted: ItemFilter) -> Iterator[ColumnElement[bool]]:
    facets = ("kind", "language", "pool", "level", "programme", "knowledge", "author")
    named = [(facet, getattr(wanted, facet)) for facet in facets if getattr(wanted, facet)]
    tokens = [*(Token(words.facet_token(facet, value)) for facet, value in named), *words.wanted(wanted.text).tokens]
    if tokens:
        yield _has_tokens(session, tokens)
    if wanted.state:
        yield ItemRow.state == wanted.state
    if wanted.difficulty in DIFFICULTIES:
        least, below = DIFFICULTIES[wanted.difficulty]
        version = aliased(ItemVersionRow)  # whoever asks may have joined the versions already
        yield exists().where(version.id == ItemRow.version, version.difficulty >= least, version.difficulty < below)
    elif wanted.difficulty:
        yield false()


def _as_written(exact: Sequence[str], item: Any) -> Iterator[ColumnElement[bool]]:
    """Compare words with the text as it stands; `item` has the columns `version` and `ref`."""
    version = aliased(ItemVersionRow)
    for word in exact:
        stands = select(version.search_text.contains(word, autoescape=True)).where(version.id == item.version)
        yield stands.scalar_subquery() | func.lower(item.ref).contains(word, autoescape=True)


def _has_tokens(session: Session, tokens: Sequence[Token]) -> ColumnElement[bool]:
    """Look through the inverted index on PostgreSQL, read through the tokens on SQLite: the same items on both."""
    if session.get_bind().dialect.name == "postgresql":
        query = " & ".join(f"'{token.text}'{':*' if token.open else ''}" for token in tokens)
        return ItemRow.words.bool_op("@@")(cast(literal(query), TSQUERY))
    sought = [f" {token.text}{'' if token.open else ' '}" for token in tokens]
    return and_(*(ItemRow.words.contains(text, autoescape=True) for text in sought))


def _of_approved(wanted: ItemFilter) -> Iterator[ColumnElement[bool]]:
    for column, value in ((ItemRow.kind, wanted.kind), (ItemRow.language, wanted.language)):
        if value:
            yield column == value
    for facet, value in (("level", wanted.level), ("programme", wanted.programme)):
        if value:
            yield _tagged(facet, TagRow.value == value)
    if wanted.knowledge:
        point = wanted.knowledge
        yield _tagged("knowledge", (TagRow.value == point) | TagRow.value.startswith(f"{point}/", autoescape=True))


def _tagged(facet: str, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(and_(TagRow.version == ItemRow.approved_version, TagRow.facet == facet, condition))


def _in_form(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(FormItemRow.item == ItemRow.id, FormRow.id == FormItemRow.form, condition)


def _chunks(values: Sequence[str]) -> Iterator[list[str]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
