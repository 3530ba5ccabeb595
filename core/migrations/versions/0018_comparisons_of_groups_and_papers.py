"""comparisons of groups and papers"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "paper_studies",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("other", sa.String(length=32), nullable=True),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("figures", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("standing", sa.String(length=200), nullable=False),
        sa.Column("made_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_studies")),
    )
    with op.batch_alter_table("paper_studies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_studies_other"), ["other"], unique=False)
        batch_op.create_index(batch_op.f("ix_paper_studies_paper"), ["paper"], unique=False)
        batch_op.create_index("ix_paper_studies_state", ["state", "lease_until"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("paper_studies", schema=None) as batch_op:
        batch_op.drop_index("ix_paper_studies_state")
        batch_op.drop_index(batch_op.f("ix_paper_studies_paper"))
        batch_op.drop_index(batch_op.f("ix_paper_studies_other"))

    op.drop_table("paper_studies")
