"""journal by paper"""

from typing import Any

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COLUMNS = "attempt, pos, seq, epoch, item, value, typed_at, received_at, hash"


def _columns(*first: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("attempt", sa.String(length=32), nullable=False),
        *first,
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("typed_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
    )


def _put_aside() -> bool:
    """Rename the table, and on PostgreSQL its keys, whose names are the database's; say whether this is PostgreSQL."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    op.rename_table("journal", "journal_before")
    if is_postgresql:
        keys = op.get_bind().execute(sa.text("SELECT conname FROM pg_constraint WHERE conrelid = 'journal_before'::regclass"))
        for (name,) in keys.all():
            op.execute(f"ALTER TABLE journal_before RENAME CONSTRAINT {name} TO {name}_before")
    return is_postgresql


def upgrade() -> None:
    is_postgresql = _put_aside()
    op.create_table(
        "journal",
        *_columns(sa.Column("paper", sa.String(length=32), nullable=False)),
        sa.PrimaryKeyConstraint("attempt", "pos", "paper", name=op.f("pk_journal")),
        sa.UniqueConstraint("attempt", "seq", "paper", name=op.f("uq_journal_attempt_seq_paper")),
        postgresql_partition_by="LIST (paper)",
    )
    if is_postgresql:
        op.execute("CREATE TABLE journal_of_others PARTITION OF journal DEFAULT")
        papers = op.get_bind().execute(sa.text("SELECT DISTINCT paper FROM attempts WHERE id IN (SELECT attempt FROM journal_before)"))
        for (paper,) in papers.all():
            op.execute(f"CREATE TABLE journal_of_{paper} PARTITION OF journal FOR VALUES IN ('{paper}')")
    op.execute(
        f"INSERT INTO journal (paper, {COLUMNS}) "  # noqa: S608 - made of the constant above
        f"SELECT (SELECT paper FROM attempts WHERE id = attempt), {COLUMNS} FROM journal_before"
    )
    op.drop_table("journal_before")


def downgrade() -> None:
    _put_aside()
    op.create_table(
        "journal",
        *_columns(),
        sa.PrimaryKeyConstraint("attempt", "pos", name=op.f("pk_journal")),
        sa.UniqueConstraint("attempt", "seq", name=op.f("uq_journal_attempt_seq")),
    )
    op.execute(f"INSERT INTO journal ({COLUMNS}) SELECT {COLUMNS} FROM journal_before")  # noqa: S608 - made of the constant above
    op.drop_table("journal_before")
