"""Which faults a rehearsal causes: `kill-server,cut:60s,loss:20%,…` read into a plan."""

from dataclasses import dataclass
from datetime import timedelta

OWN = ("kill-server", "kill-worker", "stop-redis", "restart-postgres", "roll-servers")
"""Faults of processes: only of those that the rehearsal itself has started."""

SCALED = ("stop-redis", "restart-postgres", "roll-servers")
"""Those that the embedded house has no processes for."""

KINDS = (*OWN, "cut:60s", "loss:20%", "skew:10m", "two-tabs")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True)
class Faults:
    """What shall happen.

    `drills` come again and again at random moments: the faults of processes, `cut` (everybody's network is gone for `cut`) and
    `two-tabs` (everybody opens a second page).  `loss` (the share of messages, or of their acknowledgements, that get lost) and `skew` (how
    wrong the candidates' clocks are, either way) last from the beginning to the end.
    """

    drills: tuple[str, ...] = ()
    cut: timedelta = timedelta()
    loss: float = 0.0
    skew: timedelta = timedelta()

    @property
    def of_processes(self) -> frozenset[str]:
        """The faults that need processes of the rehearsal's own."""
        return frozenset(self.drills) & frozenset(OWN)


def read(spec: str) -> Faults:
    """Read a comma list of faults; the empty text is none.

    Raises:
        ValueError: what is no fault, or is named twice.
    """
    drills: list[str] = []
    values: dict[str, str] = {}
    for word in filter(None, (part.strip() for part in spec.split(","))):
        name, _, value = word.partition(":")
        if name in values:
            raise ValueError(f"{name} is named twice")
        values[name] = value
        if ((name in OWN or name == "two-tabs") and not value) or name == "cut":
            drills.append(name)
        elif name not in ("loss", "skew"):
            raise ValueError(f"there is no fault {word!r}: choose from {', '.join(KINDS)}")
    return Faults(
        tuple(drills),
        _time(values["cut"]) if "cut" in values else timedelta(),
        _share(values["loss"]) if "loss" in values else 0.0,
        _time(values["skew"]) if "skew" in values else timedelta(),
    )


def _time(text: str) -> timedelta:
    number, unit = text[:-1], text[-1:]
    if unit not in _SECONDS or not number.isdecimal() or not int(number):
        raise ValueError(f"{text!r} is no time: write 60s, 10m or 1h")
    return timedelta(seconds=int(number) * _SECONDS[unit])


def _share(text: str) -> float:
    if not (text.endswith("%") and text[:-1].isdecimal() and 0 < int(text[:-1]) < 100):
        raise ValueError(f"{text!r} is no share: write 20%")
    return int(text[:-1]) / 100
