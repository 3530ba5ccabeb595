"""analyses of papers"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_analyses",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("within_rooms", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Boolean(), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=True),
        sa.Column("standing", sa.String(length=100), nullable=False),
        sa.Column("made_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("noted_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_paper_analyses")),
    )
    op.create_index("ix_paper_analyses_state", "paper_analyses", ["state", "lease_until"])


def downgrade() -> None:
    op.drop_table("paper_analyses")
