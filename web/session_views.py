"""The sign-in of programs, and the description of what they may call."""

from typing import Annotated

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_wtf.csrf import generate_csrf
from pydantic import BaseModel, ConfigDict, Field

from core.desk import KB, Desk, takes
from web import openapi
from web.auth import Doorkeeper, current_visitor
from web.house import house_of
from web.permissions import PUBLIC
from web.security import bounded_sign_in


class Credentials(BaseModel):
    """A login with its password; `bearer` asks for a token to send in the Authorization header, instead of a cookie."""

    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Annotated[str, Field(min_length=1, max_length=256)]
    bearer: bool = False


def add(routes: Blueprint, desk: Desk, doorkeeper: Doorkeeper, limiter: Limiter) -> None:
    """Add `/api/v1/session` and `/api/v1/openapi.json`."""

    @routes.get("/api/v1/session")
    @desk.allowed(PUBLIC)
    @desk.described(tags=["session"])
    def get_session() -> ResponseReturnValue:
        """Tell who is signed in, and the token that changing requests send as X-CSRFToken."""
        return jsonify(_session())

    @routes.post("/api/v1/session")
    @takes(64 * KB)
    @bounded_sign_in(limiter)
    @desk.allowed(PUBLIC)
    @desk.described(tags=["session"])
    def open_session(json: Credentials) -> ResponseReturnValue:
        """Sign in."""
        token = doorkeeper.sign_in(json.login, json.password, bearer=json.bearer)
        return jsonify({"token": token} if json.bearer else _session())

    @routes.delete("/api/v1/session")
    @desk.allowed("account.own")
    @desk.described(tags=["session"])
    def end_session() -> ResponseReturnValue:
        """End this sign-in."""
        doorkeeper.sign_out()
        return "", 204

    @routes.get("/api/v1/openapi.json")
    @desk.allowed(PUBLIC)
    def describe() -> ResponseReturnValue:
        """Return the description of every JSON route."""
        return jsonify(openapi.document(current_app, house_of(current_app).openapi))


def _session() -> dict[str, object]:
    visitor = current_visitor()
    if visitor is None:
        return {"account": None, "name": None, "roles": [], "language": None, "csrf": generate_csrf()}
    return {
        "account": visitor.account,
        "name": visitor.name,
        "roles": sorted(visitor.actor.roles),
        "language": visitor.language,
        "csrf": generate_csrf(),
    }
