"""Answers on their way into the journal, and runs of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.errors import ExamError
from delivery.chain import Entry, Head, IsoText, Link, advance, link

Outcome = datetime | ExamError
"""When the answer was written, or why it does not count."""

Heads = dict[str, Head]
"""Attempt → the end of its journal, as far as this process knows."""


class Save:
    """One answer on its way: `flaw` says what is wrong with its shape, `outcome` stands once its group is through.

    `is_borne_out`: a tick says that it was typed when it says.  `heard_at`: when something else had come over the line that was there when
    it was typed.  `settle` is called once it has its outcome, and must be quick.
    """

    __slots__ = ("attempt", "entry", "flaw", "heard_at", "is_borne_out", "outcome", "settle")

    def __init__(
        self,
        attempt: str,
        entry: Entry,
        settle: Callable[["Save"], None],
        flaw: str | None = None,
        *,
        is_borne_out: bool = False,
        heard_at: datetime | None = None,
    ) -> None:
        self.attempt = attempt
        self.entry = entry
        self.settle = settle
        self.flaw = flaw
        self.is_borne_out = is_borne_out
        self.heard_at = heard_at
        self.outcome: Outcome | None = None


@dataclass
class Run:
    """New answers of one attempt under one epoch, chained."""

    attempt: str
    epoch: int
    head: Head
    first_pos: int
    last_received: IsoText
    saves: list[Save] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    def add(self, save: Save) -> None:
        """Chain one more answer."""
        linked = link(self.head, save.entry)
        self.head = advance(self.head, linked)
        self.last_received = max(self.last_received, save.entry.received_at)
        self.saves.append(save)
        self.links.append(linked)


def line_up(saves: Sequence[Save], heads: Mapping[str, Head]) -> list[Run]:
    """Chain what is surely new into runs: sound answers of one epoch, each with a number above every earlier one of its attempt."""
    runs: dict[str, Run] = {}
    for save in saves:
        entry, head = save.entry, heads[save.attempt]
        run = runs.get(save.attempt)
        if save.flaw or entry.seq <= (run.head if run else head).last_seq or (run and run.epoch != entry.epoch):
            continue
        if run is None:
            run = runs[save.attempt] = Run(save.attempt, entry.epoch, head, head.pos + 1, entry.received_at)
        run.add(save)
    return list(runs.values())
