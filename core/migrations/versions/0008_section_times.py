"""section times"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

PLANNED = ("attempts", "sitting_papers")
JSON_COLUMNS = (
    ("attempts", "section_limits"),
    ("attempts", "section_of"),
    ("attempts", "section_ends"),
    ("sitting_papers", "section_limits"),
)


def upgrade() -> None:
    for table in PLANNED:
        op.add_column(table, sa.Column("reading_s", sa.Integer(), nullable=False, server_default="0"))
    for table, column in JSON_COLUMNS:
        op.add_column(table, sa.Column(column, sa.JSON(), nullable=True))
    op.add_column("attempts", sa.Column("reads_until", core.base.UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("attempts", "reads_until")
    for table, column in JSON_COLUMNS:
        op.drop_column(table, column)
    for table in PLANNED:
        op.drop_column(table, "reading_s")
