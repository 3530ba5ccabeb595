"""Tables of the item bank.  Keys, and the author's source that holds them, stand in a table of their own."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.base import Base, BigId, Id

REF_LENGTH = 64
Words = Text().with_variant(TSVECTOR(), "postgresql")
"""What an item is found by: tokens parted by blanks."""


class ItemRow(Base):
    """One item: `version` is its newest version, `approved_version` the one that forms and practice take."""

    __tablename__ = "items"
    __table_args__ = (
        Index("ix_items_words", "words", postgresql_using="gin", info={"only_on": "postgresql"}).ddl_if(dialect="postgresql"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    ref: Mapped[str] = mapped_column(String(REF_LENGTH), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    pool: Mapped[str] = mapped_column(String(8), index=True)  # live, practice
    state: Mapped[str] = mapped_column(String(8), index=True)  # of `itembank.life`
    version: Mapped[str] = mapped_column(Id)
    approved_version: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    words: Mapped[str | None] = mapped_column(Words, deferred=True)  # of the newest version, see `itembank.words`
    sketch: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)  # of the newest version, see `itembank.likeness`


class ItemVersionRow(Base):
    """One version of an item, never changed: keyless sanitised content, and what it is found by."""

    __tablename__ = "item_versions"
    __table_args__ = (UniqueConstraint("item", "n"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"))
    n: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    content: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))  # of content, key and tags together
    marks: Mapped[Decimal]
    difficulty: Mapped[Decimal | None]
    levels: Mapped[list[Any]]
    programmes: Mapped[list[Any]]
    knowledge: Mapped[list[Any]]
    search_text: Mapped[str] = mapped_column(Text)
    lacks: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime]


class TagRow(Base):
    """One thing that a version is found by: a level, a programme, a knowledge point, or the reference of an enemy."""

    __tablename__ = "item_tags"
    __table_args__ = (Index("ix_item_tags_facet", "facet", "value"),)

    version: Mapped[str] = mapped_column(Id, ForeignKey("item_versions.id"), primary_key=True)
    facet: Mapped[str] = mapped_column(String(16), primary_key=True)  # level, programme, knowledge, enemy
    value: Mapped[str] = mapped_column(String(200), primary_key=True)


class KeyRow(Base):
    """The key of one version, and the author's draft as it came (which holds the key too)."""

    __tablename__ = "item_keys"

    version: Mapped[str] = mapped_column(Id, ForeignKey("item_versions.id"), primary_key=True)
    body: Mapped[dict[str, Any]]
    source: Mapped[dict[str, Any]]


class FormRow(Base):
    """One form: `content` is the frozen, keyless form, `content_hash` its SHA-256."""

    __tablename__ = "forms"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    programme: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(64))
    paper: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    pool: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(10), index=True)  # draft, frozen, published, withdrawn
    blueprint: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any] | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))
    total_marks: Mapped[Decimal]
    created_by: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime]
    frozen_by: Mapped[str | None] = mapped_column(Id)
    frozen_at: Mapped[datetime | None]
    published_by: Mapped[str | None] = mapped_column(Id)
    published_at: Mapped[datetime | None]


class FormItemRow(Base):
    """One item of a form: its place, its section and the version taken."""

    __tablename__ = "form_items"

    form: Mapped[str] = mapped_column(Id, ForeignKey("forms.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    section: Mapped[str] = mapped_column(String(32))
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"), index=True)
    version: Mapped[str] = mapped_column(Id, ForeignKey("item_versions.id"), index=True)


class ItemNoteRow(Base):
    """One entry of the conversation about an item: a comment, a request for a change, or an act of the review."""

    __tablename__ = "item_notes"
    __table_args__ = (Index("ix_item_notes_item", "item", "id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    item: Mapped[str] = mapped_column(Id, ForeignKey("items.id"))
    version: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))  # comment, request, submit, recall, return, approve, retire
    text: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]
    settled_by: Mapped[str | None] = mapped_column(Id)  # of a request
    settled_at: Mapped[datetime | None]


class ItemSightRow(Base):
    """Somebody of the bank was shown a version."""

    __tablename__ = "item_sights"
    __table_args__ = (Index("ix_item_sights_version", "version"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version: Mapped[str] = mapped_column(Id)
    account: Mapped[str] = mapped_column(Id)
    at: Mapped[datetime]


class ItemUseRow(Base):
    """What one use of a version showed: the figures of a sitting's paper.  `part` is 0 for the item, 1, 2, … for a part of a case."""

    __tablename__ = "item_uses"
    __table_args__ = (Index("ix_item_uses_paper", "paper"),)

    version: Mapped[str] = mapped_column(Id, ForeignKey("item_versions.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(Id, primary_key=True)
    title: Mapped[str] = mapped_column(String(200))  # of the sitting and its paper, as people call them
    used_at: Mapped[datetime]
    n: Mapped[int]
    facility: Mapped[float]
    discrimination: Mapped[float | None]
    omitted: Mapped[float]


class PointRow(Base):
    """One knowledge point in the outline of a programme's level."""

    __tablename__ = "knowledge_points"

    programme: Mapped[str] = mapped_column(String(64), primary_key=True)
    level: Mapped[str] = mapped_column(String(64), primary_key=True)
    path: Mapped[str] = mapped_column(String(200), primary_key=True)
    position: Mapped[int]
    importance: Mapped[str] = mapped_column(String(1))  # X core, Y general, Z auxiliary
    weight: Mapped[Decimal | None]  # per cent of the paper
