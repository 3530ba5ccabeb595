"""The entry for gunicorn into a house with something altered."""

from tests.make.altered import alter

alter()

from web.wsgi import app  # noqa: E402 - after the alterations

__all__ = ["app"]
