"""Taking one answer: its place, its shape, its size.  Whether it is in time and from the right page is the journal's to say."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from core.clock import iso
from delivery.chain import Entry
from delivery.saves import Save
from delivery.ticks import Ticker
from itembank.paper import Places

MAX_VALUE = 400_000  # bytes of an answer's JSON text: the longest text that `kinds` lets through
MAX_SEQ = 100_000  # the highest number a page may give

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def accept(
    attempt: str,
    places: Places,
    entry: "Sent",
    ticker: Ticker,
    received_at: datetime,
    settle: Callable[[Save], None],
    heard_at: datetime | None = None,
) -> Save:
    """Turn what a page sent into a save; one with a flaw will be kept aside and not counted.  `heard_at` is as `Save` has it."""
    text, flaw = _read(entry.value)
    if flaw is None:
        flaw = places.flaw(entry.item, entry.value)
    made = Entry(entry.seq, entry.epoch, entry.item, text, iso(entry.typed_at), iso(received_at))
    proof = entry.evidence
    borne_out = proof is not None and ticker.bears_out(attempt, proof.tick, proof.since_ms, entry.typed_at)
    storable = made if flaw is None else made._replace(item=_storable(entry.item))
    return Save(attempt, storable, settle, flaw, is_borne_out=borne_out, heard_at=heard_at)


class Evidence(Protocol):
    """The last tick that the page had when the answer was typed, and for how long it had had it."""

    @property
    def tick(self) -> str:
        """As the server gave it."""

    @property
    def since_ms(self) -> float:
        """By the page's monotonic clock."""


class Sent:
    """An answer as its page sent it."""

    __slots__ = ("epoch", "evidence", "item", "seq", "typed_at", "value")

    def __init__(self, seq: int, epoch: int, item: str, value: Any, typed_at: datetime, evidence: Evidence | None = None) -> None:
        self.seq = seq
        self.epoch = epoch
        self.item = item
        self.value = value
        self.typed_at = typed_at
        self.evidence = evidence


def as_text(value: Any) -> str:
    """Return an answer's JSON text, as the journal keeps it."""
    return _read(value)[0]


def _read(value: Any) -> tuple[str, str | None]:
    try:
        text = _encode(value)
        size = len(text.encode())
    except (ValueError, RecursionError) as error:  # a lone surrogate, a NaN, a bottomless nest
        return json.dumps(repr(value)[:MAX_VALUE]), str(error)
    return (text, None) if size <= MAX_VALUE else (json.dumps(text[:MAX_VALUE]), f"more than {MAX_VALUE} bytes")


def _storable(item: str) -> str:
    return item.encode(errors="replace").decode().replace("\0", "")
