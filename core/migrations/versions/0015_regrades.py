"""regrades"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("scores", sa.Column("own_mark_id", _BIG, nullable=True))
    op.execute("UPDATE scores SET own_mark_id = mark_id")
    op.create_table(
        "regraded_papers",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_regraded_papers")),
    )
    op.create_table(
        "regrades",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("reverses", sa.String(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("due", sa.Integer(), nullable=False),
        sa.Column("preview", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("previewed_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("committed_by", sa.String(length=32), nullable=True),
        sa.Column("committed_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_index("ix_regrades_paper", "regrades", ["paper", "state"])
    op.create_index("ix_regrades_state", "regrades", ["state", "lease_until"])
    op.create_table(
        "regrade_marks",
        sa.Column("regrade", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("before_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("before_max", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("regrade", "attempt", "place", name=op.f("pk_regrade_marks")),
    )


def downgrade() -> None:
    op.drop_table("regrade_marks")
    op.drop_table("regrades")
    op.drop_table("regraded_papers")
    op.drop_column("scores", "own_mark_id")
