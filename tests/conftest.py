"""Fixtures of all tests: both databases, Redis, a clock that only tests move."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bench.processes import RedisServer, find_binaries, nginx_is_here
from core.unit import Database
from tests.make.clock import MovableClock
from tests.make.hall import Hall
from tests.make.house import House
from tests.make.postgres import Cluster
from tests.make.server import Deployment, Server
from tests.make.tables import make_tables
from web.i18n import compile_catalogues
from web.logs import write_logs

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is slow, and not wrong
settings.load_profile("house")

OF_PROCESSES = frozenset({"flows", "pages", "storms"})
"""Folders of tests that drive browsers and processes; elsewhere those do that have one of these fixtures."""

WITH_PROCESSES = frozenset({"server", "hall", "redis_url"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a test that drives browsers and processes be tried three times: whoever starves the machine is no fault of ours.

    What states laws and rules may fail never.
    """
    for item in items:
        fixtures: list[str] = getattr(item, "fixturenames", [])
        if OF_PROCESSES & set(item.path.parts) or WITH_PROCESSES & set(fixtures):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session", autouse=True)
def _house_style() -> None:
    compile_catalogues()
    write_logs("WARNING")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Yield a private PostgreSQL cluster, one per session."""
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: install the package postgresql, or run `make test` as root")
    cluster = Cluster(binaries)
    cluster.start()
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def _postgres_house(postgres: Cluster) -> str:
    return postgres.create("house", tables=True)


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "house.sqlite"
    make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of a database with every table and no row: SQLite in a file, then PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "house.sqlite"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("_postgres_house")
    request.getfixturevalue("postgres").empty("house")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """Yield the door to an empty database with nobody listening, once on SQLite and once on PostgreSQL."""
    database = Database(database_url)
    yield database
    database.engine.dispose()


@pytest.fixture
def clock() -> MovableClock:
    """Return a clock that stands still until the test moves it: `clock()`, `clock.move(seconds)`."""
    return MovableClock()


@pytest.fixture(scope="session")
def _redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if not RedisServer.is_here():
        pytest.skip("Redis is not installed: install the package redis-server, or run `make test` as root")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def redis_url(_redis: RedisServer) -> str:
    """Return the address of a real, empty Redis."""
    _redis.flush()
    return _redis.url


@pytest.fixture
def house(database_url: str, clock: MovableClock, tmp_path: Path) -> Iterator[House]:
    """Yield the whole house, once on SQLite and once on PostgreSQL, at the clock's time and without rate limits."""
    house = House(database_url, clock, tmp_path, rate_limits=False)
    yield house
    house.close()


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    """Yield a running server in a process of its own with the real clock, once on each database."""
    server = Server(Deployment(database_url, tmp_path)).start()
    yield server
    server.kill()


@pytest.fixture
def hall(_postgres_house: str, postgres: Cluster, redis_url: str, tmp_path: Path) -> Iterator[Hall]:
    """Yield the scaled deployment: two web services behind nginx and a worker, on PostgreSQL and Redis."""
    if not nginx_is_here():
        pytest.skip("nginx is not installed: install the package nginx-light, or run `make test` as root")
    postgres.empty("house")
    hall = Hall(_postgres_house, redis_url, tmp_path)
    try:
        yield hall.start()
    finally:
        hall.stop()
