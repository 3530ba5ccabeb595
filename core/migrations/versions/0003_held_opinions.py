"""held opinions"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "held_opinions",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=32), nullable=False),
        sa.Column("ruling", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "digest", "n", name=op.f("pk_held_opinions")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("amended_at", core.base.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_column("amended_at")
    op.drop_table("held_opinions")
