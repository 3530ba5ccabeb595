"""From the journal to the current answers.  The order of arrival does not matter: the page's numbers decide."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from delivery import counted
from delivery.chain import Entry, IsoText
from itembank.kinds.catalogue import KINDS
from itembank.kinds.declaration import Cardinality


@dataclass(frozen=True)
class Answer:
    """The current answer at one place: the value of the highest number, or of a log every action in the order of the numbers."""

    value: Any
    seq: int
    saved_at: IsoText


def is_log(kind: str | None) -> bool:
    """Say whether an item of this kind is answered by a growing log of actions."""
    return kind in KINDS and KINDS[kind].response.cardinality is Cardinality.LOG


def replay(entries: Iterable[Entry], kinds: Mapping[str, str]) -> dict[str, Answer]:
    """Return the current answer at each place that has one; `kinds` names the kind of item at each place.

    A cleared answer stands as None.
    """
    newest: dict[str, Entry] = {}
    logs: dict[str, list[Any]] = {}
    for entry in sorted(entries, key=counted.order_of):
        newest[entry.item] = entry
        if is_log(kinds.get(entry.item)):
            logs.setdefault(entry.item, []).append(counted.value_of(entry))
    return {
        item: Answer(logs[item] if item in logs else counted.value_of(entry), entry.seq, entry.received_at)
        for item, entry in newest.items()
    }
