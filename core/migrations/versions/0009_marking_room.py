"""marking room: parts, readings, samples, staff; what was there is carried over"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


CARRY_OVER = (
    "INSERT INTO marking_papers (paper, form, setup) SELECT paper, min(form), '{}' FROM tasks_before GROUP BY paper",
    (
        "INSERT INTO marking_parts (id, paper, form, attempt, candidate, site, place, answer, max_marks, state) "
        "SELECT 'prt_' || substr(id, 6), paper, form, attempt, candidate, '', place, answer, max_marks, "
        "CASE state WHEN 'marked' THEN 'final' ELSE 'marking' END FROM tasks_before"
    ),
    (
        "INSERT INTO marking_tasks (id, code, script, paper, place, candidate, site, purpose, queue, position, state, marker, lease_until) "
        "SELECT id, code, 'prt_' || substr(id, 6), paper, place, candidate, '', 'first', 'all', row_number() OVER (ORDER BY code), state, "
        "marker, lease_until FROM tasks_before"
    ),
    (
        "INSERT INTO marking_readings (task, script, paper, place, purpose, marker, marks, max_marks, levels, comment, annotations, "
        "seconds, at) "
        "SELECT t.id, 'prt_' || substr(t.id, 6), t.paper, t.place, 'first', m.marker, m.marks, m.max_marks, '{}', '', '[]', 0, m.at "
        "FROM tasks_before t JOIN scores s ON s.attempt = t.attempt AND s.place = t.place JOIN marks m ON m.id = s.mark_id "
        "WHERE t.state = 'marked'"
    ),
    (
        "INSERT INTO marking_holds (task, marker, script, since, ended, reason) "
        "SELECT r.task, r.marker, 'prt_' || substr(r.task, 6), r.at, 'returned', r.reason FROM marking_returns r"
    ),
)
"""Every task was the one reading of one answer; criterion by criterion, its mark stays in `marks`."""

CARRY_BACK = (
    (
        "INSERT INTO marking_tasks (id, code, attempt, candidate, place, paper, form, answer, max_marks, state, marker, lease_until) "
        "SELECT t.id, t.code, p.attempt, p.candidate, p.place, p.paper, p.form, p.answer, p.max_marks, "
        "CASE WHEN t.state IN ('open', 'leased', 'marked') THEN t.state ELSE 'open' END, t.marker, t.lease_until "
        "FROM tasks_after t JOIN marking_parts p ON p.id = t.script WHERE t.purpose = 'first' AND t.state <> 'void'"
    ),
    (
        "INSERT INTO marking_returns (task, marker, reason, at) "
        "SELECT task, marker, coalesce(reason, ''), since FROM marking_holds WHERE ended = 'returned'"
    ),
)


def upgrade() -> None:
    op.create_table(
        "marking_holds",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("script", sa.String(length=32), nullable=False),
        sa.Column("since", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("task", "marker", name=op.f("pk_marking_holds")),
    )
    with op.batch_alter_table("marking_holds", schema=None) as batch_op:
        batch_op.create_index("ix_marking_holds_script", ["script", "marker"], unique=False)

    op.create_table(
        "marking_papers",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("setup", sa.JSON(), nullable=False),
        sa.Column("stopped_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(length=32), nullable=True),
        sa.Column("stop_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("paper", name=op.f("pk_marking_papers")),
    )
    op.create_table(
        "marking_parts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("suspicion", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_parts")),
        sa.UniqueConstraint("attempt", "place", name=op.f("uq_marking_parts_attempt_place")),
    )
    with op.batch_alter_table("marking_parts", schema=None) as batch_op:
        batch_op.create_index("ix_marking_parts_paper", ["paper", "state"], unique=False)

    op.create_table(
        "marking_readings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("script", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_readings")),
    )
    with op.batch_alter_table("marking_readings", schema=None) as batch_op:
        batch_op.create_index("ix_marking_readings_marker", ["paper", "marker", "id"], unique=False)
        batch_op.create_index("ix_marking_readings_script", ["script"], unique=False)

    op.create_table(
        "marking_samples",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=True),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_samples")),
    )
    with op.batch_alter_table("marking_samples", schema=None) as batch_op:
        batch_op.create_index("ix_marking_samples_paper", ["paper", "purpose", "place"], unique=False)

    op.create_table(
        "marking_staff",
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("seed_at", sa.Integer(), nullable=False),
        sa.Column("judged_after", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("paper", "marker", name=op.f("pk_marking_staff")),
    )
    bind = op.get_bind()
    bind.execute(sa.text("CREATE TABLE tasks_before AS SELECT * FROM marking_tasks"))
    op.drop_table("marking_tasks")
    op.create_table(
        "marking_tasks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("script", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("queue", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=True),
        sa.Column("lease_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_tasks")),
    )
    with op.batch_alter_table("marking_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_marking_tasks_queue", ["paper", "queue", "state", "place", "position"], unique=False)
        batch_op.create_index("ix_marking_tasks_leases", ["state", "lease_until"], unique=False)
        batch_op.create_index("ix_marking_tasks_marker", ["marker", "state"], unique=False)
        batch_op.create_index("ix_marking_tasks_script", ["script"], unique=False)
    for statement in CARRY_OVER:
        bind.execute(sa.text(statement))
    op.drop_table("marking_returns")
    op.drop_table("tasks_before")


def downgrade() -> None:
    bind = op.get_bind()
    bind.execute(sa.text("CREATE TABLE tasks_after AS SELECT * FROM marking_tasks"))
    op.drop_table("marking_tasks")
    op.create_table(
        "marking_tasks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=True),
        sa.Column("lease_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_tasks")),
        sa.UniqueConstraint("attempt", "place", name=op.f("uq_marking_tasks_attempt_place")),
    )
    with op.batch_alter_table("marking_tasks", schema=None) as batch_op:
        batch_op.create_index("ix_marking_tasks_queue", ["paper", "state", "code"], unique=False)
    op.create_table(
        "marking_returns",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "marker", name=op.f("pk_marking_returns")),
    )
    for statement in CARRY_BACK:
        bind.execute(sa.text(statement))
    op.drop_table("tasks_after")
    for table in ("staff", "samples", "readings", "parts", "papers", "holds"):
        op.drop_table(f"marking_{table}")
