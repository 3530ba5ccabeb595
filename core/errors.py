"""Errors as a catalogue: every error that a person or a program can meet has a code, a status and a text in both languages.

A package lists its own in `X/errors.py` with `define`; raising is `raise ATTEMPT_CLOSED(state="submitted")`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.clock import iso, spoken


class Words(NamedTuple):
    """A field of an error that is a sentence itself: told in the reader's language."""

    zh: str
    en: str


class Named(NamedTuple):
    """A field of an error that is a code for programs and has a name for people."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class ErrorKind:
    """One entry of the catalogue.  Texts may name fields in braces: `{state}`; an instant is a `datetime`."""

    code: str
    status: int
    zh: str
    en: str
    retryable: bool = False

    def __call__(self, **fields: Any) -> "ExamError":
        """Make the exception, with the fields that a caller needs to act on it."""
        return ExamError(self, fields)


class ExamError(Exception):
    """An error of the catalogue on its way to whoever asked."""

    def __init__(self, kind: ErrorKind, fields: dict[str, Any]) -> None:
        super().__init__(f"{kind.code} {fields}" if fields else kind.code)
        self.kind = kind
        self.fields = fields

    def text(self, language: str) -> str:
        """Return the sentence for people in `zh` or `en`, fields filled in."""
        template = self.kind.en if language == "en" else self.kind.zh
        return template.format_map(_Blank({name: _spoken(value, language) for name, value in self.fields.items()}))

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """Return the one error shape of HTTP, sockets and the command line."""
        return {
            "code": self.kind.code,
            "message": self.text(language),
            "fields": _told(self.fields, language),
            "retryable": self.kind.retryable,
        }


def _spoken(value: Any, language: str) -> Any:
    """Return a field as a sentence for people holds it."""
    if isinstance(value, Named):
        return value.en if language == "en" else value.zh
    return spoken(value) if isinstance(value, datetime) else _told(value, language)


def _told(value: Any, language: str) -> Any:
    """Return a field as programs read it."""
    if isinstance(value, Words):
        return value.en if language == "en" else value.zh
    if isinstance(value, Named):
        return value.code
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, dict):
        return {name: _told(inner, language) for name, inner in value.items()}
    return [_told(inner, language) for inner in value] if isinstance(value, list) else value


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


CATALOGUE: dict[str, ErrorKind] = {}


def define(code: str, status: int, zh: str, en: str, *, retryable: bool = False) -> ErrorKind:
    """Enter an error in the catalogue.

    Raises:
        ValueError: when the code is taken.
    """
    if code in CATALOGUE:
        raise ValueError(f"error code {code} is defined twice")
    kind = ErrorKind(code, status, zh, en, retryable)
    CATALOGUE[code] = kind
    return kind


INVALID = define("core.invalid", 422, "提交的内容有误:{detail}", "The input is not valid: {detail}")
NOT_FOUND = define("core.not_found", 404, "找不到所请求的内容", "There is no such thing here")
FORBIDDEN = define("core.forbidden", 403, "您没有权限进行此操作", "You may not do this")
SIGN_IN = define("core.sign_in", 401, "请先登录", "Please sign in first")
CONFLICT = define("core.conflict", 409, "内容已被他人更改,请刷新后再试:{detail}", "This was changed meanwhile: {detail}")
BUSY = define("core.busy", 503, "系统繁忙,请稍后再试", "The system is busy, please try again", retryable=True)
TOO_MANY = define("core.too_many", 429, "操作过于频繁,请稍后再试", "Too many requests, please wait", retryable=True)
UNEXPECTED = define("core.unexpected", 500, "系统出错,已记录,请稍后再试", "Something went wrong; it was logged", retryable=True)
