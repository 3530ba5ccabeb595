"""uses of items"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "item_uses",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("used_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("facility", sa.Double(), nullable=False),
        sa.Column("discrimination", sa.Double(), nullable=True),
        sa.Column("omitted", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["item_versions.id"], name=op.f("fk_item_uses_version_item_versions")),
        sa.PrimaryKeyConstraint("version", "part", "paper", name=op.f("pk_item_uses")),
    )
    op.create_index("ix_item_uses_paper", "item_uses", ["paper"])


def downgrade() -> None:
    op.drop_table("item_uses")
