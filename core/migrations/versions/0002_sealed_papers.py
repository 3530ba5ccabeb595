"""sealed papers"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_keys",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_paper_keys")),
    )
    op.create_table(
        "sealed_papers",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("nonce", sa.LargeBinary(), nullable=False),
        sa.Column("box", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_sealed_papers")),
    )


def downgrade() -> None:
    op.drop_table("sealed_papers")
    op.drop_table("paper_keys")
