"""Every table of the house in an empty database, as if it had been migrated."""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core import migrations
from core.engine import WRITE, make_engine
from core.migrations.schema import metadata


def make_tables(url: str) -> None:
    """Make the tables that are in the code, and note the newest revision."""
    engine = make_engine(url, pool_size=1)
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        metadata().create_all(connection)
        MigrationContext.configure(connection).stamp(ScriptDirectory(migrations.__path__[0]), "head")
    engine.dispose()
