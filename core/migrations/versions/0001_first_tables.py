"""First tables"""

import sqlalchemy as sa
from alembic import op

import core.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
    )
    op.create_table(
        "attempt_events",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "n", name=op.f("pk_attempt_events")),
    )
    op.create_table(
        "attempt_proposals",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("proposer", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "event", name=op.f("pk_attempt_proposals")),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("opens_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("starts_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("latest_start_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hard_stop_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("timing", sa.String(length=12), nullable=False),
        sa.Column("earliest_submit_s", sa.Integer(), nullable=False),
        sa.Column("late_window_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("event_n", sa.Integer(), nullable=False),
        sa.Column("deadline_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("deadline_version", sa.Integer(), nullable=False),
        sa.Column("deadline_acked", sa.Integer(), nullable=False),
        sa.Column("due_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finish_time", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("submit_cause", sa.String(length=12), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=True),
        sa.Column("head", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_candidate"), ["candidate"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_attempts_paper"), ["paper"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.Column("act", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entries_subject"), ["subject"], unique=False)

    op.create_table(
        "candidates",
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("identity_number", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("account", name=op.f("pk_candidates")),
        sa.UniqueConstraint("identity_number", name=op.f("uq_candidates_identity_number")),
    )
    op.create_table(
        "exam_servers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("seen_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_servers")),
    )
    op.create_table(
        "facts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("occurred_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_facts_subject"), ["subject"], unique=False)

    op.create_table(
        "forms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("programme", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=64), nullable=False),
        sa.Column("paper", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("pool", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("blueprint", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("total_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.String(length=32), nullable=True),
        sa.Column("frozen_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.String(length=32), nullable=True),
        sa.Column("published_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forms")),
    )
    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_forms_state"), ["state"], unique=False)

    op.create_table(
        "hook_endpoints",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_because", sa.String(length=200), nullable=True),
        sa.Column("quiet_until", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_endpoints")),
    )
    op.create_table(
        "items",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ref", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("pool", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("approved_version", sa.String(length=32), nullable=True),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("ref", name=op.f("uq_items_ref")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_items_pool"), ["pool"], unique=False)
        batch_op.create_index(batch_op.f("ix_items_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_items_updated_at"), ["updated_at"], unique=False)

    op.create_table(
        "journal",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("pos", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("typed_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "pos", name=op.f("pk_journal")),
        sa.UniqueConstraint("attempt", "seq", name=op.f("uq_journal_attempt_seq")),
    )
    op.create_table(
        "leases",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("server", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("device", sa.JSON(), nullable=False),
        sa.Column("since", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("attempt", "epoch", name=op.f("pk_leases")),
    )
    with op.batch_alter_table("leases", schema=None) as batch_op:
        batch_op.create_index("ix_leases_server", ["server", "ended_at"], unique=False)

    op.create_table(
        "marking_drafts",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "marker", name=op.f("pk_marking_drafts")),
    )
    op.create_table(
        "marking_returns",
        sa.Column("task", sa.String(length=32), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("task", "marker", name=op.f("pk_marking_returns")),
    )
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
        "marks",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("marker", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marks")),
    )
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.create_index("ix_marks_attempt_place", ["attempt", "place"], unique=False)
        batch_op.create_index(batch_op.f("ix_marks_marker"), ["marker"], unique=False)

    op.create_table(
        "practice_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice_answers")),
    )
    with op.batch_alter_table("practice_answers", schema=None) as batch_op:
        batch_op.create_index("ix_practice_answers_learner", ["candidate", "item"], unique=False)

    op.create_table(
        "programmes",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("definition", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programmes")),
    )
    op.create_table(
        "quarantine",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("typed_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "digest", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "scores",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("mark_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.PrimaryKeyConstraint("attempt", "place", name=op.f("pk_scores")),
    )
    op.create_table(
        "scripts",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("marked_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_scripts")),
    )
    with op.batch_alter_table("scripts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_scripts_paper"), ["paper"], unique=False)

    op.create_table(
        "signals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("received_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
    )
    with op.batch_alter_table("signals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_signals_attempt"), ["attempt"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("device", sa.JSON(), nullable=False),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("expires_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_tickets")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_attempt"), ["attempt"], unique=False)

    op.create_table(
        "time_entries",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("approver", sa.String(length=32), nullable=False),
        sa.Column("recorded_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("request", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("attempt", "n", name=op.f("pk_time_entries")),
        sa.UniqueConstraint("attempt", "request", name=op.f("uq_time_entries_attempt_request")),
    )
    op.create_table(
        "wrong_book",
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("knowledge", sa.String(length=200), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("right_since", sa.Integer(), nullable=False),
        sa.Column("last_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("candidate", "item", name=op.f("pk_wrong_book")),
    )
    op.create_table(
        "account_logins",
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_account_logins_account_accounts")),
        sa.PrimaryKeyConstraint("login", name=op.f("pk_account_logins")),
    )
    with op.batch_alter_table("account_logins", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_logins_account"), ["account"], unique=False)

    op.create_table(
        "account_sessions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=32), nullable=False),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_account_sessions_account_accounts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_sessions_token_hash")),
    )
    with op.batch_alter_table("account_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_sessions_account"), ["account"], unique=False)

    op.create_table(
        "fact_deliveries",
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("listener", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["fact_id"], ["facts.id"], name=op.f("fk_fact_deliveries_fact_id_facts")),
        sa.PrimaryKeyConstraint("fact_id", "listener", name=op.f("pk_fact_deliveries")),
    )
    with op.batch_alter_table("fact_deliveries", schema=None) as batch_op:
        batch_op.create_index("ix_fact_deliveries_due", ["state", "due_at"], unique=False)

    op.create_table(
        "hook_messages",
        sa.Column("endpoint", sa.String(length=32), nullable=False),
        sa.Column("fact_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("due_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_answer", sa.String(length=500), nullable=True),
        sa.Column("sent_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["endpoint"], ["hook_endpoints.id"], name=op.f("fk_hook_messages_endpoint_hook_endpoints")),
        sa.PrimaryKeyConstraint("endpoint", "fact_id", name=op.f("pk_hook_messages")),
    )
    with op.batch_alter_table("hook_messages", schema=None) as batch_op:
        batch_op.create_index("ix_hook_messages_due", ["state", "due_at"], unique=False)

    op.create_table(
        "item_versions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("difficulty", core.base.ExactDecimal(precision=14, scale=4), nullable=True),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("programmes", sa.JSON(), nullable=False),
        sa.Column("knowledge", sa.JSON(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("lacks", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=32), nullable=False),
        sa.Column("created_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_item_versions_item_items")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_versions")),
        sa.UniqueConstraint("item", "n", name=op.f("uq_item_versions_item_n")),
    )
    op.create_table(
        "sittings",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("level", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        sa.Column("starts_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("released_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["programme"], ["programmes.code"], name=op.f("fk_sittings_programme_programmes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sittings")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("site", sa.String(length=100), nullable=False),
        sa.Column("seat", sa.String(length=20), nullable=False),
        sa.Column("enrolled_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("paid_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("paid_reference", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["candidate"], ["candidates.account"], name=op.f("fk_enrolments_candidate_candidates")),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.id"], name=op.f("fk_enrolments_sitting_sittings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("sitting", "candidate", name=op.f("uq_enrolments_sitting_candidate")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_enrolments_candidate"), ["candidate"], unique=False)

    op.create_table(
        "form_items",
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["form"], ["forms.id"], name=op.f("fk_form_items_form_forms")),
        sa.ForeignKeyConstraint(["item"], ["items.id"], name=op.f("fk_form_items_item_items")),
        sa.ForeignKeyConstraint(["version"], ["item_versions.id"], name=op.f("fk_form_items_version_item_versions")),
        sa.PrimaryKeyConstraint("form", "place", name=op.f("pk_form_items")),
    )
    with op.batch_alter_table("form_items", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_form_items_item"), ["item"], unique=False)
        batch_op.create_index(batch_op.f("ix_form_items_version"), ["version"], unique=False)

    op.create_table(
        "item_keys",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["item_versions.id"], name=op.f("fk_item_keys_version_item_versions")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_item_keys")),
    )
    op.create_table(
        "item_tags",
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("facet", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["item_versions.id"], name=op.f("fk_item_tags_version_item_versions")),
        sa.PrimaryKeyConstraint("version", "facet", "value", name=op.f("pk_item_tags")),
    )
    with op.batch_alter_table("item_tags", schema=None) as batch_op:
        batch_op.create_index("ix_item_tags_facet", ["facet", "value"], unique=False)

    op.create_table(
        "sitting_papers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("opens_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("starts_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("latest_start_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("timing", sa.String(length=12), nullable=False),
        sa.Column("earliest_submit_s", sa.Integer(), nullable=False),
        sa.Column("late_window_s", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["sitting"], ["sittings.id"], name=op.f("fk_sitting_papers_sitting_sittings")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_papers")),
        sa.UniqueConstraint("sitting", "code", name=op.f("uq_sitting_papers_sitting_code")),
    )
    with op.batch_alter_table("sitting_papers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_papers_sitting"), ["sitting"], unique=False)

    op.create_table(
        "results",
        sa.Column("attempt", sa.String(length=32), nullable=False),
        sa.Column("paper", sa.String(length=32), nullable=False),
        sa.Column("candidate", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", core.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("max_marks", core.base.ExactDecimal(precision=14, scale=4), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("released_at", core.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["paper"], ["sitting_papers.id"], name=op.f("fk_results_paper_sitting_papers")),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_results")),
    )
    with op.batch_alter_table("results", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_results_candidate"), ["candidate"], unique=False)
        batch_op.create_index(batch_op.f("ix_results_paper"), ["paper"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("results", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_results_paper"))
        batch_op.drop_index(batch_op.f("ix_results_candidate"))

    op.drop_table("results")
    with op.batch_alter_table("sitting_papers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_papers_sitting"))

    op.drop_table("sitting_papers")
    with op.batch_alter_table("item_tags", schema=None) as batch_op:
        batch_op.drop_index("ix_item_tags_facet")

    op.drop_table("item_tags")
    op.drop_table("item_keys")
    with op.batch_alter_table("form_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_form_items_version"))
        batch_op.drop_index(batch_op.f("ix_form_items_item"))

    op.drop_table("form_items")
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_enrolments_candidate"))

    op.drop_table("enrolments")
    op.drop_table("sittings")
    op.drop_table("item_versions")
    with op.batch_alter_table("hook_messages", schema=None) as batch_op:
        batch_op.drop_index("ix_hook_messages_due")

    op.drop_table("hook_messages")
    with op.batch_alter_table("fact_deliveries", schema=None) as batch_op:
        batch_op.drop_index("ix_fact_deliveries_due")

    op.drop_table("fact_deliveries")
    with op.batch_alter_table("account_sessions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_sessions_account"))

    op.drop_table("account_sessions")
    with op.batch_alter_table("account_logins", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_logins_account"))

    op.drop_table("account_logins")
    op.drop_table("wrong_book")
    op.drop_table("time_entries")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_attempt"))

    op.drop_table("tickets")
    with op.batch_alter_table("signals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_signals_attempt"))

    op.drop_table("signals")
    with op.batch_alter_table("scripts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_scripts_paper"))

    op.drop_table("scripts")
    op.drop_table("scores")
    op.drop_table("quarantine")
    op.drop_table("programmes")
    with op.batch_alter_table("practice_answers", schema=None) as batch_op:
        batch_op.drop_index("ix_practice_answers_learner")

    op.drop_table("practice_answers")
    with op.batch_alter_table("marks", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_marks_marker"))
        batch_op.drop_index("ix_marks_attempt_place")

    op.drop_table("marks")
    with op.batch_alter_table("marking_tasks", schema=None) as batch_op:
        batch_op.drop_index("ix_marking_tasks_queue")

    op.drop_table("marking_tasks")
    op.drop_table("marking_returns")
    op.drop_table("marking_drafts")
    with op.batch_alter_table("leases", schema=None) as batch_op:
        batch_op.drop_index("ix_leases_server")

    op.drop_table("leases")
    op.drop_table("journal")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_items_updated_at"))
        batch_op.drop_index(batch_op.f("ix_items_state"))
        batch_op.drop_index(batch_op.f("ix_items_pool"))

    op.drop_table("items")
    op.drop_table("hook_endpoints")
    with op.batch_alter_table("forms", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_forms_state"))

    op.drop_table("forms")
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_facts_subject"))

    op.drop_table("facts")
    op.drop_table("exam_servers")
    op.drop_table("candidates")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entries_subject"))

    op.drop_table("audit_entries")
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempts_paper"))
        batch_op.drop_index(batch_op.f("ix_attempts_due_at"))
        batch_op.drop_index(batch_op.f("ix_attempts_candidate"))

    op.drop_table("attempts")
    op.drop_table("attempt_proposals")
    op.drop_table("attempt_events")
    op.drop_table("accounts")
