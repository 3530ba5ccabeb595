"""Reading what a candidate typed: numbers, dates and texts, as forgiving as a careful clerk and no more."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

# What people write for a currency beside its code; static/exam/business_reducer.js holds the same table.
SYMBOLS = {"USD": ("US$", "$"), "CNY": ("RMB", "¥", "元"), "EUR": ("€",)}

_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GROUPING = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_DECIMALS = re.compile(r"([0-9]+)\.([0-9]+)")


def read_number(text: str, unit: str = "") -> Decimal | None:
    """Return the number that `text` says, or None.

    Full-width figures, grouped thousands (`12,500.00`) and the field's own currency or unit before or after the figure
    are understood; any other currency, unit or word is not a number of this field.
    """
    text = unicodedata.normalize("NFKC", text).strip()
    for affix in (unicodedata.normalize("NFKC", unit), *SYMBOLS.get(unit, ())):
        if affix and text.upper().startswith(affix.upper()):
            text = text[len(affix) :].strip()
            break
        if affix and text.upper().endswith(affix.upper()):
            text = text[: -len(affix)].strip()
            break
    return Decimal(text.replace(",", "")) if _NUMBER.fullmatch(text) else None


def read_date(text: str) -> str | None:
    """Return `text` when it is a day of the calendar written YYYY-MM-DD, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def plain(text: str) -> str:
    """Return `text` as texts are compared: width, case, spacing, and the way a number is written make no difference."""
    text = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return _DECIMALS.sub(lambda m: f"{m[1]}.{m[2]}".rstrip("0").rstrip("."), _GROUPING.sub("", text))


def same_text(one: str, other: str) -> bool:
    """Tell whether two short texts say the same, a closing stop or comma aside."""
    return plain(one).strip(" .,;:。") == plain(other).strip(" .,;:。")


def mentions(text: str, phrase: str) -> bool:
    """Tell whether `text` holds `phrase` as words and whole numbers of its own: 4.86 is not in 14.86 or 4.865."""
    wanted = plain(phrase)
    before = r"(?<![0-9])(?<![0-9]\.)" if wanted[:1].isdigit() else r"(?<![a-z])" if wanted[:1].isascii() else ""
    after = r"(?!\.?[0-9])" if wanted[-1:].isdigit() else r"(?![a-z])" if wanted[-1:].isascii() else ""
    return re.search(before + re.escape(wanted) + after, plain(text)) is not None
