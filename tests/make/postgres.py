"""A private PostgreSQL cluster for tests: its databases come with every table, and are emptied between tests."""

from psycopg import sql

from bench.processes import PostgresServer
from core.migrations.schema import metadata
from delivery.tables import OTHERS
from tests.make.tables import make_tables


class Cluster(PostgresServer):
    """One running PostgreSQL cluster."""

    def create(self, name: str, *, tables: bool = False) -> str:
        """Create the database `name`, with every table of the house or empty; return its address."""
        url = super().create(name)
        if tables:
            make_tables(url)
        return url

    def empty(self, name: str) -> None:
        """Remove every row of the database `name`, after showing whoever is still connected the door."""
        with self.connect(name) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            for (partition,) in connection.execute("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'").fetchall():
                if partition != OTHERS:
                    connection.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(partition)))
            connection.execute("SET session_replication_role = replica")  # past foreign keys and append-only guards
            deletes = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)) for table in metadata().sorted_tables]
            with connection.transaction():
                connection.execute(sql.SQL("; ").join(deletes))
