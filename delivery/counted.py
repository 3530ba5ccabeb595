"""An answer that two people counted: an entry of the journal of its own kind, with its evidence.

It is numbered -1, -2, … where a page's entries are numbered from 1, so that no page can take it for its own, nor make one.  Its `item`,
`epoch` and `typed_at` are those of the answer that was kept aside, `received_at` is the moment of the decision, and `value` is the JSON
text of the evidence: the answer's own value, why it was held, under which number and when it had come, who the two people are, and
`after`: the highest number of a page at that moment.  The chain of the journal covers it like every other entry.

Among the answers it stands behind number `after` and before every higher one: what a page writes later, when an attempt was opened again,
is newer.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from delivery.chain import Entry, Head, IsoText


class HeldAnswer(NamedTuple):
    """An answer as it was kept aside, and why."""

    reason: str
    digest: str
    entry: Entry


def make(head: Head, before: int, held: HeldAnswer, people: Sequence[str], at: IsoText) -> Entry:
    """Return the entry that counts a held answer, the first when `before` of its kind are in the journal, which ends at `head`."""
    entry = held.entry
    evidence = {
        "value": json.loads(entry.value),
        "after": head.last_seq,
        "held": held.reason,
        "seq": entry.seq,
        "received_at": entry.received_at,
        "digest": held.digest,
        "people": list(people),
    }
    text = json.dumps(evidence, ensure_ascii=False, separators=(",", ":"))
    return Entry(-(before + 1), entry.epoch, entry.item, text, entry.typed_at, at)


def is_counted(entry: Entry) -> bool:
    """Say whether an entry of a journal is of this kind."""
    return entry.seq < 0


def value_of(entry: Entry) -> Any:
    """Return the answer of any entry of a journal."""
    value = json.loads(entry.value)
    return value["value"] if is_counted(entry) else value


def order_of(entry: Entry) -> tuple[int, int]:
    """Return what to sort the entries of a journal by: the newest last."""
    return (json.loads(entry.value)["after"], -entry.seq) if is_counted(entry) else (entry.seq, 0)
