"""outlines of knowledge points"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "knowledge_points",
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("importance", sa.String(length=1), nullable=False),
        sa.Column("weight", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.PrimaryKeyConstraint("programme", "level", "path", name=op.f("pk_knowledge_points")),
    )


def downgrade() -> None:
    op.drop_table("knowledge_points")
