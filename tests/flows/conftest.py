"""Where stories are told, all by a told clock: towns of one or two services, and a stage that is set beforehand."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.processes import nginx_is_here
from core.actor import SYSTEM, Role
from core.unit import Database
from tests.make.clock import ToldClock
from tests.make.hall import Hall
from tests.make.house import PASSWORD, House
from tests.make.server import Deployment, Server
from tests.make.sitting import Sitting, plan
from web import accounts
from web.accounts import AccountDraft, LoginKind
from web.passwords import hash_password

TOLD = ("tell_time",)


@dataclass(frozen=True)
class Town:
    """A deployment: `near` and `far` are the addresses of its services, of which there may be one only."""

    near: str
    far: str
    database: Database
    clock: ToldClock

    def first_account(self, login: str, role: Role) -> None:
        """Open an account where there is nobody yet to do it."""
        draft = AccountDraft(login, frozenset({role}), {login: LoginKind.NAME}, hash_password(PASSWORD))
        with self.database.unit(SYSTEM, self.clock()) as unit:
            accounts.create(unit, draft)


@pytest.fixture(params=["sqlite", "postgresql", "two services"])
def town(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Yield a town with tables and nobody in it."""
    clock = ToldClock(tmp_path)
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/house.sqlite"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), tmp_path / "house.sqlite")
    else:
        url = request.getfixturevalue("_postgres_house")
        request.getfixturevalue("postgres").empty("house")
    database = Database(url)
    if request.param == "two services":
        if not nginx_is_here():
            pytest.skip("nginx is not installed: install the package nginx-light, or run `make test` as root")
        house: Hall | Server = Hall(url, request.getfixturevalue("redis_url"), tmp_path, altered=TOLD, hooks_private=True)
    else:
        house = Server(Deployment(url, tmp_path, altered=TOLD, hooks_private=True))
    try:
        house.start()
        near, far = house.urls if isinstance(house, Hall) else (house.url, house.url)
        yield Town(near, far, database, clock)
    finally:
        house.stop()
        database.engine.dispose()


@dataclass(frozen=True)
class Stage:
    """A running server, the same house at the test's hand, and a sitting that begins now."""

    url: str
    house: House
    sitting: Sitting
    clock: ToldClock


@pytest.fixture(scope="module")
def stage(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """Yield a stage on SQLite, one for all tests of a file."""
    folder = tmp_path_factory.mktemp("stage")
    clock = ToldClock(folder)
    database_url = f"sqlite:///{folder}/house.sqlite"
    shutil.copyfile(_sqlite_template, folder / "house.sqlite")
    house = House(database_url, clock, folder, rate_limits=False)
    server = Server(Deployment(database_url, folder, altered=TOLD)).start()
    try:
        yield Stage(server.url, house, plan(house), clock)
    finally:
        server.kill()
        house.close()
