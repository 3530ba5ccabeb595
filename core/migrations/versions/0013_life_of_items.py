"""life of items: review, sights, what they are found by"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

import core.base

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=32), nullable=True),
        sa.Column("settled_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_item_notes_item_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_notes")),
    )
    op.create_index("ix_item_notes_item", "item_notes", ["item", "id"])
    op.create_table(
        "item_sights",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_sights")),
    )
    op.create_index("ix_item_sights_version", "item_sights", ["version"])
    op.add_column("items", sa.Column("words", sa.Text().with_variant(TSVECTOR(), "postgresql"), nullable=True))
    op.add_column("items", sa.Column("sketch", sa.LargeBinary(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_items_words", "items", ["words"], postgresql_using="gin")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_index("ix_items_words", "items")
    op.drop_column("items", "sketch")
    op.drop_column("items", "words")
    op.drop_table("item_sights")
    op.drop_table("item_notes")
