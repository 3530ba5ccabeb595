"""Bring a database to the present schema, say whether it is there, and write the next revision."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, text

from core.engine import WRITE, make_engine
from core.migrations.schema import metadata, no_partition, on_both

_HERE = Path(__file__).parent
_LOCK = 7_164_202_611
"""PostgreSQL's advisory lock under which one process migrates while the others wait."""


def upgrade(url: str) -> str:
    """Bring the database to the newest revision and return that revision; a second call changes nothing."""
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), "head")
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """Return the newest revision that this version of the engine knows."""
    return ScriptDirectory(str(_HERE)).get_current_head() or ""


def find_revision(engine: Engine) -> str | None:
    """Return the revision that the database stands at; None where it has never been migrated."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def differences(url: str) -> list[str]:
    """Return what the tables in the code have that the database has not, and the other way round."""
    with _connected(url) as connection:
        options = {"compare_type": True, "compare_server_default": True, "include_name": no_partition, "include_object": on_both}
        migration = MigrationContext.configure(connection, opts=options)
        return [str(difference) for difference in compare_metadata(migration, metadata())]


def write_revision(url: str, message: str) -> None:
    """Write the revision that leads from the database at `url`, which is at the newest one, to the tables in the code."""
    with _connected(url) as connection:
        revision = command.revision(_config(connection), message, autogenerate=True, rev_id=f"{_count() + 1:04d}")
    assert isinstance(revision, Script)
    path = Path(revision.path)
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("# ###")]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def _count() -> int:
    return len(list((_HERE / "versions").glob("*.py")))


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url, pool_size=1)
    try:
        with engine.execution_options(**{WRITE: True}).begin() as connection:
            yield connection
    finally:
        engine.dispose()
