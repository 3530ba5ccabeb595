"""sign-in of a page"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tickets", "leases"):
        op.add_column(table, sa.Column("sign_in", sa.String(length=32), nullable=True))


def downgrade() -> None:
    for table in ("tickets", "leases"):
        op.drop_column(table, "sign_in")
