"""policies and releases"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("results", sa.Column("published", sa.JSON(), nullable=True))
    results = sa.table(
        "results",
        sa.column("attempt", sa.String()),
        sa.column("marks", core.base.ExactDecimal(precision=14, scale=4)),
        sa.column("max_marks", core.base.ExactDecimal(precision=14, scale=4)),
        sa.column("sections", sa.JSON()),
        sa.column("state", sa.String()),
        sa.column("published", sa.JSON()),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(results).where(results.c.state == "released")).all():
        published = {"marks": str(row.marks), "max_marks": str(row.max_marks), "sections": row.sections}
        connection.execute(results.update().where(results.c.attempt == row.attempt).values(published=published))
    op.create_table(
        "sitting_policies",
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_by", sa.String(length=32), nullable=False),
        sa.Column("set_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.id"], name=op.f("fk_sitting_policies_sitting_sittings")),
        sa.PrimaryKeyConstraint("sitting", "number", name=op.f("pk_sitting_policies")),
    )
    op.create_table(
        "releases",
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("policy", sa.Integer(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=True),
        sa.Column("cuts", sa.JSON(), nullable=False),
        sa.Column("sitters", sa.Integer(), nullable=False),
        sa.Column("passers", sa.Integer(), nullable=False),
        sa.Column("results", sa.Integer(), nullable=False),
        sa.Column("released_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.id"], name=op.f("fk_releases_sitting_sittings")),
        sa.PrimaryKeyConstraint("sitting", "number", name=op.f("pk_releases")),
    )
    op.create_table(
        "outcomes",
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("release", sa.Integer(), nullable=False),
        sa.Column("total", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("band", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.id"], name=op.f("fk_outcomes_sitting_sittings")),
        sa.PrimaryKeyConstraint("sitting", "candidate", name=op.f("pk_outcomes")),
    )


def downgrade() -> None:
    op.drop_table("outcomes")
    op.drop_table("releases")
    op.drop_table("sitting_policies")
    op.drop_column("results", "published")
