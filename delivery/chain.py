"""The hash chain of a journal: each entry's hash covers the entry and the hash before it.

`hash(pos) = SHA-256(hash(pos - 1) + "\\n" + canonical(entry))` in hexadecimal; before the first entry stands
`SHA-256("kaochang journal " + attempt)`, so that a chain belongs to one attempt.  The canonical form of an entry is the JSON array
`[pos, seq, epoch, item, value, typed_at, received_at]` without spaces, UTF-8, non-ASCII characters as they are, `value` being the
answer's JSON text as a string, instants ISO 8601 in UTC with milliseconds.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import NamedTuple

import orjson

IsoText = str
"""An instant as `core.clock.iso` writes it; such texts sort as the instants do."""


class Entry(NamedTuple):
    """One answer as it is written: numbered by the page, `value` as JSON text, instants as texts.

    The texts are what the chain hashes and what a receipt shows, so they are made once and never made again.
    """

    seq: int
    epoch: int
    item: str
    value: str
    typed_at: IsoText
    received_at: IsoText


class Link(NamedTuple):
    """An entry at its place in the chain, `pos` counting from 1 in the order of arrival."""

    pos: int
    entry: Entry
    hash: str


class Head(NamedTuple):
    """The end of a chain: its length, the last hash, and the highest number that a page has used."""

    pos: int
    hash: str
    last_seq: int


def genesis(attempt: str) -> Head:
    """Return the head of a journal without entries."""
    return Head(0, sha256(f"kaochang journal {attempt}".encode()).hexdigest(), 0)


def canonical(pos: int, entry: Entry) -> bytes:
    """Return the text of an entry that its hash covers."""
    return orjson.dumps((pos, *entry))


def link(head: Head, entry: Entry) -> Link:
    """Return the entry as the next link after `head`."""
    pos = head.pos + 1
    return Link(pos, entry, sha256(b"%b\n%b" % (head.hash.encode(), canonical(pos, entry))).hexdigest())


def advance(head: Head, linked: Link) -> Head:
    """Return the head after a link."""
    return Head(linked.pos, linked.hash, max(head.last_seq, linked.entry.seq))


def find_break(attempt: str, links: Iterable[Link]) -> int | None:
    """Return the place (from 1) of the first link that is altered, missing or out of order; None when the chain holds."""
    head = genesis(attempt)
    for linked in links:
        if linked != link(head, linked.entry):
            return head.pos + 1
        head = advance(head, linked)
    return None
