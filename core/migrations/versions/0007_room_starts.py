"""room starts"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "room_starts",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("room", sa.String(length=100), nullable=False),
        sa.Column("starts_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(length=32), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper", "room", name=op.f("pk_room_starts")),
    )
    op.add_column("attempts", sa.Column("room", sa.String(length=100), nullable=False, server_default=sa.text("''")))
    op.add_column("attempts", sa.Column("awaits_room", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sitting_papers", sa.Column("start_by", sa.String(length=8), nullable=False, server_default="clock"))


def downgrade() -> None:
    op.drop_column("sitting_papers", "start_by")
    op.drop_column("attempts", "awaits_room")
    op.drop_column("attempts", "room")
    op.drop_table("room_starts")
