"""One error shape: `{"error": {code, message, fields, retryable}}` for programs, a page with the same sentence for people."""

import structlog
from flask import Flask, Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from core.errors import BUSY, NOT_FOUND, SIGN_IN, TOO_MANY, UNEXPECTED, ErrorKind, ExamError
from web.errors import BAD_REQUEST, FORGED, TOO_LARGE, WRONG_METHOD
from web.i18n import language

_BY_STATUS: dict[int, ErrorKind] = {404: NOT_FOUND, 405: WRONG_METHOD, 413: TOO_LARGE, 429: TOO_MANY}

log = structlog.get_logger()


def wants_json() -> bool:
    """Say whether the request came from a program."""
    if request.path.startswith(("/api/", "/hooks/")):
        return True
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted["text/html"]


def answer(error: ExamError) -> Response:
    """Return the response that tells of the error."""
    if wants_json():
        response = jsonify({"error": error.as_dict(language())})
    elif error.kind is SIGN_IN and request.method == "GET":
        return make_response(redirect(url_for("web.sign_in_page", next=request.full_path.rstrip("?"))))
    else:
        response = make_response(render_template("problem.html", error=error, text=error.text(language())))
    response.status_code = error.kind.status
    if error.kind.retryable:
        response.headers["Retry-After"] = "5"
    return response


def tell(app: Flask) -> None:
    """Make every way in which a request can fail answer in the one shape."""
    app.register_error_handler(ExamError, answer)
    app.register_error_handler(CSRFError, lambda _error: answer(FORGED()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(PoolTimeout, lambda _error: answer(BUSY()))
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(Exception, _unexpected)


def _http(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    if isinstance(error, InternalServerError):  # telling of one trouble met another
        cause = error.original_exception
        return _database(cause) if isinstance(cause, OperationalError) else _unexpected(cause if isinstance(cause, Exception) else error)
    return answer(_BY_STATUS.get(error.code or 0, BAD_REQUEST)())


def _database(error: OperationalError) -> Response:
    log.error("database unavailable", path=request.path, error=str(error.orig))
    return answer(BUSY())


def _unexpected(error: Exception) -> Response:
    log.exception("unexpected error", path=request.path, exc_info=error)
    return answer(UNEXPECTED())
