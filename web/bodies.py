"""What a request may hold: how much; texts that both databases can keep; and in JSON an object, of finite numbers."""

import math
from collections.abc import Iterator
from typing import Any, NoReturn

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider

from core.desk import KB
from core.errors import INVALID, Words
from web.auth import current_actor
from web.errors import TOO_LARGE
from web.permissions import may

MOST_BYTES = 256 * KB
"""How much a request may hold, unless its route says otherwise (`core.desk.takes`).  It is parsed where everybody's answers wait."""


class BoundedJson(DefaultJSONProvider):
    """JSON as Flask reads it; a text nested beyond reason is bad input, not an accident of ours, and so is a number that is none."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read a text.

        Raises:
            ValueError: when it is no JSON, is nested too deeply, or holds NaN, Infinity, or a number beyond a float.
        """
        try:
            return super().loads(s, parse_constant=_refuse_constant, parse_float=_finite, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def bound(app: Flask) -> None:
    """Look at every request before anything else does."""
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.json = BoundedJson(app)

    @app.before_request
    def _refuse_large() -> None:
        most = _most_bytes(app.view_functions.get(request.endpoint or ""))
        if (request.content_length or 0) > most:
            raise TOO_LARGE()
        request.max_content_length = most
        told_no_length = "Transfer-Encoding" in request.headers and request.mimetype != "multipart/form-data"
        if told_no_length and len(request.get_data()) == most:  # werkzeug stops reading there, and says nothing
            raise TOO_LARGE()

    @app.before_request
    def _refuse_broken_json() -> None:
        if request.is_json and request.get_data() and not isinstance(request.get_json(silent=True), dict):
            raise INVALID(detail=Words("请求的内容不是 JSON 对象", "the request does not hold a JSON object"))

    @app.before_request
    def _refuse_unstorable() -> None:
        for text in _texts(getattr(app.view_functions.get(request.endpoint or ""), "keeps", None)):
            if "\0" in text or not _is_unicode(text):
                raise INVALID(detail=Words("文字中有不能保存的字符", "a text holds a character that cannot be kept"))


def _most_bytes(view: Any) -> int:
    most: int = getattr(view, "most_bytes", MOST_BYTES)
    return most if most <= MOST_BYTES or may(current_actor(), view.act) else MOST_BYTES


def _texts(keeps: str | None) -> Iterator[str]:
    """Yield every text of the request, but for the field `keeps` of its JSON."""
    yield request.path
    for values in (request.args, request.form):
        for name, value in values.items(multi=True):
            yield name
            yield value
    yield from request.headers.values()
    if request.is_json and b"\\" in request.get_data():  # what cannot be kept is escaped, or it is no JSON
        body = request.get_json(silent=True) or {}
        yield from _texts_in({name: value for name, value in body.items() if name != keeps})


def _texts_in(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, dict):
            waiting += [*found, *found.values()]
        elif isinstance(found, list):
            waiting += found


def _is_unicode(text: str) -> bool:
    """Say whether a text has no half of a character: JSON can write a lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is beyond a float")
    return number
