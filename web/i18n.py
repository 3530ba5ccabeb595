"""Languages: Chinese first, English second; the account's choice, else the browser's cookie, else Chinese."""

import os
from datetime import datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, request
from flask_babel import Babel, gettext
from flask_login import current_user

from core.clock import ZONE

LANGUAGES = ("zh", "en")
COOKIE = "language"
TRANSLATIONS = Path(__file__).parent / "translations"


def language() -> str:
    """Return the language of the present request."""
    chosen = current_user.language if current_user.is_authenticated else request.cookies.get(COOKIE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def translate(app: Flask) -> None:
    """Let templates speak both languages; the text in the source is Chinese."""
    app.config["BABEL_DEFAULT_LOCALE"] = LANGUAGES[0]
    app.config["BABEL_DEFAULT_TIMEZONE"] = ZONE.key
    Babel(app, locale_selector=language)
    app.jinja_env.globals["language"] = language
    app.jinja_env.filters["instant"] = instant
    app.jinja_env.filters["lasting"] = lasting


def instant(moment: datetime) -> str:
    """Write an instant for people, to the minute, on the clocks of the exam's country."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"


def lasting(seconds: int) -> str:
    """Write a length of time for people, in minutes and what is left of them."""
    minutes, rest = divmod(seconds, 60)
    return str(gettext("%(n)s 分 %(rest)s 秒", n=minutes, rest=rest) if rest else gettext("%(n)s 分钟", n=minutes))


def compile_catalogues() -> None:
    """Write the binary form of every catalogue whose text is newer, where pages read it."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as binary:
            write_mo(binary, catalogue)
        draft.replace(target)


if __name__ == "__main__":
    compile_catalogues()
