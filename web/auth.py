"""Sign-in: who makes the present request, by the cookie of a browser or the bearer token of a program."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, Request, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import SQLAlchemyError

from core.actor import Actor
from core.clock import Clock
from core.desk import View
from core.errors import FORBIDDEN, SIGN_IN
from core.settings import Settings
from core.unit import Database
from web import accounts, queries
from web.accounts import SignedIn, normal_login
from web.errors import ACCOUNT_CLOSED, WRONG_CREDENTIALS
from web.passwords import is_password
from web.permissions import check_act, may

NOBODY = Actor("nobody")
"""Whoever has not signed in."""


class Visitor(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """A signed-in person as flask-login knows one; its id is the token of the sign-in."""

    def __init__(self, token: str, signed_in: SignedIn) -> None:
        self.id = token
        self.signed_in = signed_in
        self.name = signed_in.name
        self.language = signed_in.language


class Doorkeeper:
    """Lets people in and out of one app."""

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._clock = clock
        self._lasts = timedelta(hours=settings.session_hours)

    def guard(self, app: Flask) -> None:
        """Let flask-login find the visitor of each request."""
        manager = LoginManager()
        manager.session_protection = None  # a sign-in is a row that can be taken back; addresses in a hall change
        manager.user_loader(self._find)
        manager.request_loader(self._find_bearer)
        manager.init_app(app)

    def sign_in(self, login: str, password: str, *, bearer: bool = False) -> str:
        """Begin a sign-in and return its token; unless `bearer`, the browser's cookie holds it too.

        Raises:
            ExamError: `web.wrong_credentials`, `web.account_closed`.
        """
        with self._database.reading() as reading:
            account = queries.find_account_by_login(reading, normal_login(login))
        if not is_password(password, account.password_hash if account else None) or account is None:
            raise WRONG_CREDENTIALS()
        if account.closed_at is not None:
            raise ACCOUNT_CLOSED()
        with self._database.unit(Actor(account.id), self._clock()) as unit:
            token = accounts.open_session(unit, account.id, self._lasts, request.remote_addr or "", request.user_agent.string)
        if not bearer:
            session.clear()  # whatever the browser carried before belongs to nobody
            session.permanent = True
            login_user(self._find(token))
        return token

    def sign_out(self) -> None:
        """End the sign-in of the present request."""
        visitor = current_visitor()
        if visitor is None:
            return
        with self._database.unit(visitor.actor, self._clock()) as unit:
            accounts.end_sessions(unit, visitor.account, visitor.session_id)
        logout_user()
        session.clear()

    def _find(self, token: str) -> Visitor | None:
        """Return who holds the token; while the database does not answer, the request that met this has no visitor from then on."""
        if "visitor_unknown" in g:  # the answer that tells of the trouble asks again, for its language and its page
            return None
        try:
            with self._database.reading() as reading:
                signed_in = accounts.find_signed_in(reading, token, self._clock())
        except SQLAlchemyError:
            g.visitor_unknown = True
            raise
        return Visitor(token, signed_in) if signed_in else None

    def _find_bearer(self, asking: Request) -> Visitor | None:
        token = bearer_token(asking)
        return self._find(token) if token else None


def bearer_token(asking: Request) -> str | None:
    """Return the token of the Authorization header, if the request has one."""
    given = asking.authorization
    return given.token if given is not None and given.type == "bearer" else None


def signed_in_by_token(asking: Request) -> bool:
    """Say whether the token of the Authorization header is what the request stands on, and no cookie of a browser."""
    token = bearer_token(asking)
    return token is not None and (not current_user.is_authenticated or current_user.id == token)


def current_visitor() -> SignedIn | None:
    """Return who is signed in, or None."""
    return current_user.signed_in if current_user.is_authenticated else None


def current_actor() -> Actor:
    """Return who makes the present request; `NOBODY` before sign-in."""
    visitor = current_visitor()
    return visitor.actor if visitor else NOBODY


def allowed(act: str) -> Callable[[View], View]:
    """Decorate a view: only who may do the act comes in; the act's name stays on the view as `act`."""
    check_act(act)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*arguments: Any, **named: Any) -> Any:
            if not may(current_actor(), act):
                raise FORBIDDEN() if current_visitor() else SIGN_IN()
            return view(*arguments, **named)

        guarded.act = act  # type: ignore[attr-defined]  # a note for the test that finds every route guarded
        return guarded  # type: ignore[return-value]  # wraps keeps the view's shape

    return decorate
