"""move codes"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "move_codes",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("issued_by", sa.String(length=32), nullable=False),
        sa.Column("issued_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("machine", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("attempt", "n", name=op.f("pk_move_codes")),
    )
    for table in ("attempts", "sitting_papers"):
        op.add_column(table, sa.Column("moving", sa.String(length=8), nullable=False, server_default="free"))


def downgrade() -> None:
    for table in ("attempts", "sitting_papers"):
        op.drop_column(table, "moving")
    op.drop_table("move_codes")
