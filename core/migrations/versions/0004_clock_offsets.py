"""clock offsets"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_offsets",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("error_ms", sa.BigInteger(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "epoch", "n", name=op.f("pk_clock_offsets")),
    )


def downgrade() -> None:
    op.drop_table("clock_offsets")
