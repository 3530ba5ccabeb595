"""Drafts as JSON Lines, in the neutral shape: the one format that loses nothing."""

from collections.abc import Iterable

import orjson

from itembank.exchange.draft import Draft
from itembank.kinds import catalogue

KINDS = frozenset(catalogue.KINDS)


def write(drafts: Iterable[Draft]) -> bytes:
    """Return a file of all drafts, one a line."""
    return b"".join(orjson.dumps(draft.model_dump(mode="json", exclude_defaults=True)) + b"\n" for draft in drafts)
