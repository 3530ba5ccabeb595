"""The language of whoever is asking."""

from flask_babel import get_locale

from scoring.analysis.words import Language


def readers_language() -> Language:
    """Return the language of the present request."""
    return "en" if str(get_locale()) == "en" else "zh"
