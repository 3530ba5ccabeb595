"""The figures of a rehearsal, in the shape of the command's output."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Fault = dict[str, Any]
"""`{"kind", "at_s", "down_s", …}`: seconds since the first candidates came, and how long it lasted."""


class Moment(NamedTuple):
    """How it stood so many seconds after the first candidates came."""

    at_s: float
    connected: int
    acked: int
    submitted: int


class Ack(NamedTuple):
    """One message with answers: when its acknowledgement came (monotonic seconds) and how long it took (milliseconds)."""

    at: float
    took_ms: float


@dataclass
class Tally:
    """What the virtual candidates counted; times to the first item in milliseconds from the common start, other times in seconds.

    `sent` counts answers, `resent` how often one was sent again.  `wrong` holds the refusals that had no business to be; `wrongly_taken`
    counts answers of a superseded page that were acknowledged all the same.  `away`: from the loss of a line, or from when the network was
    back, to the welcome on the next one.
    """

    sent: int = 0
    resent: int = 0
    acked: int = 0
    wrongly_taken: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    wrong: dict[str, int] = field(default_factory=dict)
    acks: list[Ack] = field(default_factory=list)
    first_items: list[float] = field(default_factory=list)
    longest_unsafe: float = 0.0
    worst_clock: float = 0.0
    reconnects: int = 0
    away: list[float] = field(default_factory=list)
    submitted: int = 0
    moments: list[Moment] = field(default_factory=list)

    def refuse(self, code: str, *, right: bool, where: str = "socket") -> None:
        """Count one refusal; `right` when the engine was right to refuse, or asked to try again."""
        self.refused[code] = self.refused.get(code, 0) + 1
        if not right:
            self.wrong[f"{where}: {code}"] = self.wrong.get(f"{where}: {code}", 0) + 1

    def note_saves(self, count: int, began: float, ended: float) -> None:
        """Count answers that one message carried and the engine acknowledged."""
        self.acked += count
        self.acks.append(Ack(ended, (ended - began) * 1000))


@dataclass(frozen=True)
class Kept:
    """What the database says.

    `lost` acknowledged answers that it does not hold; `duplicated` answers that it holds more than once; `broken` journals whose hash chain
    does not hold, or does not end where the attempt was frozen; `vanished` answers of a superseded page that were not kept aside.
    """

    lost: int
    duplicated: int
    broken: int
    vanished: int


def quantile(values: list[float], share: float) -> float | None:
    """Return the value below which `share` of the values lie (nearest rank); None of none."""
    if not values:
        return None
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def report(
    candidates: int,
    tally: Tally,
    kept: Kept,
    faults: list[Fault],
    seconds: float,
    server: dict[str, Any],
    asked: Sequence[str] = (),
) -> dict[str, Any]:
    """Return the document that `kaochang rehearse --json` prints; `asked` are the kinds of faults that should have come."""
    came = {fault["kind"] for fault in faults}
    latencies = [ack.took_ms for ack in tally.acks]
    return {
        "candidates": candidates,
        "saves": {
            "sent": tally.sent,
            "resent": tally.resent,
            "acked": tally.acked,
            "lost": kept.lost,
            "duplicated": kept.duplicated,
            "refused": tally.refused,
            "wrongly_refused": sum(tally.wrong.values()),
            "wrong": tally.wrong,
            "wrongly_taken": tally.wrongly_taken,
            "p50_ms": quantile(latencies, 0.5),
            "p95_ms": quantile(latencies, 0.95),
            "p99_ms": quantile(latencies, 0.99),
            "longest_unsafe_s": round(tally.longest_unsafe, 2),
            "per_s": round(tally.acked / seconds, 1) if seconds else None,
        },
        "journals": {"checked": candidates, "broken_chains": kept.broken, "vanished_aside": kept.vanished},
        "start": {
            "first_item_p50_ms": quantile(tally.first_items, 0.5),
            "first_item_p99_ms": quantile(tally.first_items, 0.99),
        },
        "worst_clock_error_ms": round(tally.worst_clock * 1000, 1),
        "submitted": tally.submitted,
        "reconnects": tally.reconnects,
        "away_p50_s": quantile(tally.away, 0.5),
        "away_longest_s": quantile(tally.away, 1.0),
        "faults": faults,
        "never_came": [kind for kind in asked if kind not in came],
        "server": server,
    }


def is_sound(document: dict[str, Any]) -> bool:
    """Say whether a report tells of a rehearsal at which nothing went wrong and everybody handed in."""
    saves, journals = document["saves"], document["journals"]
    wrong = (saves[name] for name in ("lost", "duplicated", "wrongly_refused", "wrongly_taken"))
    return not any((*wrong, journals["broken_chains"], journals["vanished_aside"])) and document["submitted"] == document["candidates"]
