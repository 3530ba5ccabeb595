"""Alembic's environment: one connection, one transaction, every table of the house."""

from alembic import context
from sqlalchemy import Connection

from core.migrations.schema import metadata, no_partition, on_both


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata(),
        render_as_batch=True,  # SQLite changes a table by making it anew
        compare_type=True,
        compare_server_default=True,
        include_name=no_partition,
        include_object=on_both,
        user_module_prefix="core.base.",
    )
    with context.begin_transaction():
        context.run_migrations()


_run(context.config.attributes["connection"])
