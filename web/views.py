"""The front door: sign-in, the way to each desk, the choice of language."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter

from core.desk import KB, Desk, takes
from core.errors import ExamError
from web import accounts, session_views
from web.auth import Doorkeeper, current_actor, current_visitor
from web.doors import doors_of
from web.i18n import COOKIE, LANGUAGES, language
from web.permissions import PUBLIC
from web.security import bounded_sign_in

_YEAR = 365 * 24 * 3600


def blueprint(desk: Desk, doorkeeper: Doorkeeper, limiter: Limiter) -> Blueprint:
    """Return the routes of the front door."""
    routes = Blueprint("web", __name__)
    _home(routes, desk)
    _sign_in(routes, desk, doorkeeper, limiter)
    _language(routes, desk)
    session_views.add(routes, desk, doorkeeper, limiter)
    return routes


def _home(routes: Blueprint, desk: Desk) -> None:
    @routes.get("/")
    @desk.allowed("account.own")
    def home() -> ResponseReturnValue:
        """Lead to the desks of the visitor's roles; where there is one only, straight to it."""
        doors = doors_of(current_actor())
        if len(doors) == 1:
            return redirect(doors[0].href)
        return render_template("web/home.html", doors=doors)


def _sign_in(routes: Blueprint, desk: Desk, doorkeeper: Doorkeeper, limiter: Limiter) -> None:
    @routes.get("/signin")
    @desk.allowed(PUBLIC)
    def sign_in_page() -> ResponseReturnValue:
        """Show the sign-in form."""
        if current_visitor():
            return redirect(_inside(request.args.get("next")))
        return render_template("web/signin.html", login="", text=None)

    @routes.post("/signin")
    @takes(64 * KB)
    @bounded_sign_in(limiter)
    @desk.allowed(PUBLIC)
    def sign_in() -> ResponseReturnValue:
        """Sign in from the form."""
        login = request.form.get("login", "")
        try:
            doorkeeper.sign_in(login, request.form.get("password", ""))
        except ExamError as error:
            return render_template("web/signin.html", login=login, text=error.text(language())), error.kind.status
        return redirect(_inside(request.form.get("next")))

    @routes.post("/signout")
    @desk.allowed("account.own")
    def sign_out() -> ResponseReturnValue:
        """End this sign-in."""
        doorkeeper.sign_out()
        return redirect(url_for("web.sign_in_page"))


def _language(routes: Blueprint, desk: Desk) -> None:
    @routes.post("/language")
    @desk.allowed(PUBLIC)
    def set_language() -> ResponseReturnValue:
        """Keep the chosen language in the browser, and with the account of whoever is signed in."""
        chosen = request.form.get("language", "")
        response = redirect(_inside(request.form.get("next")))
        if chosen in LANGUAGES:
            response.set_cookie(COOKIE, chosen, max_age=_YEAR, samesite="Lax", secure=desk.settings.secure_cookies)
            visitor = current_visitor()
            if visitor:
                with desk.database.unit(visitor.actor, desk.clock()) as unit:
                    accounts.set_language(unit, visitor.account, chosen)
        return response


def _inside(unsafe_next: str | None) -> str:
    """Return the page to go on to; an address that leads out of the house leads home."""
    parts = urlsplit((unsafe_next or "").replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("web.home")
    return parts.path + (f"?{parts.query}" if parts.query else "")
