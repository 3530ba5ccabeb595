"""The walls: headers, forged requests, and how often one account may ask."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import cast

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from core.desk import View
from core.settings import Settings
from web.accounts import normal_login
from web.auth import current_visitor, signed_in_by_token

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
CALLS = "1200 per minute"
"""How often one account may call; a page that saves every second stays far below."""
SIGN_INS = "10 per 5 minutes"
"""How often a login may be tried in vain from one address.  Never by address alone: a whole hall shares one."""
SIGN_INS_ANYWHERE = "100 per 5 minutes"
"""How often a login may be tried in vain from all addresses: who knows a neighbour's number does not shut him out from another desk."""


def protect(app: Flask, settings: Settings) -> Limiter:
    """Put the walls around the app; return the limiter for views that need a tighter one."""
    app.config.update(
        SECRET_KEY=settings.resolved_secret_key(),
        SESSION_COOKIE_NAME="kaochang",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]  # Flask's way
    csrf = CSRFProtect(app)

    @app.before_request
    def _refuse_forged() -> None:
        if not signed_in_by_token(request) and not _needs_no_csrf_token():
            csrf.protect()

    @app.before_request
    def _find_visitor() -> None:
        if request.endpoint not in (None, "static"):
            current_visitor()  # before the limiter asks, which takes every trouble for one of its own storage

    @app.after_request
    def _headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if settings.secure_cookies:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return _limiter(app, settings)


def _needs_no_csrf_token() -> bool:
    # a hook proves itself by its signature; a sign-in by JSON cannot come from another site's form
    return request.path.startswith("/hooks/") or (request.path == "/api/v1/session" and request.method == "POST" and request.is_json)


def _limiter(app: Flask, settings: Settings) -> Limiter:
    return Limiter(
        _account,
        app=app,
        enabled=settings.rate_limits,
        storage_uri=settings.redis_url or "memory://",
        in_memory_fallback_enabled=bool(settings.redis_url),
        application_limits=[CALLS],
        application_limits_exempt_when=lambda: current_visitor() is None,
    )


def _account() -> str:
    visitor = current_visitor()
    return visitor.account if visitor else "nobody"


def bounded_sign_in(limiter: Limiter) -> Callable[[View], View]:
    """Decorate a view that signs in: only so many tries in vain."""
    from_anywhere = limiter.limit(SIGN_INS_ANYWHERE, key_func=_login, deduct_when=_in_vain)
    from_here = limiter.limit(SIGN_INS, key_func=lambda: f"{_login()} {request.remote_addr}", deduct_when=_in_vain)

    def decorate(view: View) -> View:
        return cast("View", from_anywhere(from_here(view)))

    return decorate


def _login() -> str:
    body = request.get_json(silent=True) if request.is_json else request.form
    login = body.get("login") if isinstance(body, Mapping) else None
    return normal_login(str(login or ""))[:64] or "-"


def _in_vain(response: Response) -> bool:
    return response.status_code in (401, 403)  # only those count
