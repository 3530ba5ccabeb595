"""The whole house for tests: the app on a real database with a clock that tests move."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.actor import SYSTEM, Actor, Role
from core.settings import Settings
from core.unit import Unit
from tests.make.clock import MovableClock
from web import accounts, wiring
from web.accounts import AccountDraft, LoginKind
from web.app import create_app
from web.house import house_of
from web.passwords import hash_password
from web.worker import Worker

PASSWORD = "tests-only-pass"


class Browser(FlaskClient):
    """A test client that sends the forgery token with every changing request, as the pages do."""

    csrf = ""

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        headers = dict(named.pop("headers", None) or {})
        if self.csrf:
            headers.setdefault("X-CSRFToken", self.csrf)
        return super().open(*arguments, headers=headers, **named)

    def sign_in(self, login: str, password: str = PASSWORD) -> "Browser":
        """Sign in as somebody; return this browser."""
        answer = self.post("/api/v1/session", json={"login": login, "password": password})
        assert answer.status_code == 200, answer.text
        self.csrf = answer.get_json()["csrf"]
        return self


class House:
    """One app, its database, its clock; and people in it."""

    def __init__(self, database_url: str, clock: MovableClock, folder: Path, **settings: Any) -> None:
        self.clock = clock
        self.settings = Settings(database_url=database_url, data_dir=folder, secret_key="tests", **settings)
        self.app = create_app(self.settings, clock)
        self.app.test_client_class = Browser
        self.database = house_of(self.app).database
        self._hash = hash_password(PASSWORD)

    def account(self, login: str, *roles: Role, name: str | None = None) -> str:
        """Open an account with the password of all tests; return its id."""
        draft = AccountDraft(name or login, frozenset(roles), {login: LoginKind.NAME}, self._hash)
        with self.unit() as unit:
            return accounts.create(unit, draft)

    def browser(self, login: str | None = None) -> Browser:
        """Return a browser, signed in when a login is given."""
        browser = self.app.test_client()
        assert isinstance(browser, Browser)
        return browser.sign_in(login) if login else browser

    @contextmanager
    def unit(self, actor: Actor = SYSTEM) -> Iterator[Unit]:
        """Open a unit of work at the clock's instant."""
        with self.database.unit(actor, self.clock()) as unit:
            yield unit

    def close(self) -> None:
        """Write what waits, and let go of the database."""
        house_of(self.app).close()

    def work(self) -> int:
        """Do the background work that is due at the clock's instant, and what follows from it; return how many pieces were done."""
        return Worker(self.database, self.clock, wiring.handlers(self.settings), wiring.jobs(self.settings)).finish()
