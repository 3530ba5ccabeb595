"""`make storms`: rehearsals one after the other, over every fault on both databases, until so many faults have happened.

`python -m bench.rehearsal.storm --faults 1000 --minutes 240` runs many small rehearsals, with a fault about every second and whatever went
wrong before still going on.  It prints a line for each rehearsal and a summary, and exits 1 when any of them lost, doubled or wrongly
refused an answer, broke a chain or left somebody out, or when a kind of fault never came.  Data and logs of an unsound rehearsal stay in
`--folder`.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from bench.rehearsal.faults import read
from bench.rehearsal.figures import is_sound

PATIENCE = 900.0  # seconds besides its duration until one rehearsal must have ended
MOST_TOLD = 1000  # characters of what a rehearsal that broke down has to say
CLIENT_FAULTS = "cut:1s,loss:20%,skew:10m,two-tabs"


class House(NamedTuple):
    """One kind of house under storm: its name, its options, the faults of its processes."""

    name: str
    options: tuple[str, ...]
    faults: str

    @property
    def drills(self) -> tuple[str, ...]:
        """The faults that come again and again."""
        return read(f"{self.faults},{CLIENT_FAULTS}").drills


HOUSES = (
    House("embedded, SQLite", (), "kill-server,kill-worker"),
    House("two services, PostgreSQL", ("--scaled", "2"), "kill-server,kill-worker,stop-redis,restart-postgres,roll-servers"),
)


class Round(NamedTuple):
    """How long, how many and how often in one rehearsal."""

    candidates: int
    duration: float
    fault_every: float


def rehearse(house: House, size: Round, folder: Path) -> dict[str, Any]:
    """Run one rehearsal in a process of its own, with its data in the folder; return its document, empty when it gave none."""
    figures = {"candidates": size.candidates, "duration": size.duration, "fault-every": size.fault_every, "pace": 1, "folder": folder}
    options = [word for name, value in figures.items() for word in (f"--{name}", str(value))]
    command = [sys.executable, "-m", "web", "rehearse", *options, *house.options, "--faults", f"{house.faults},{CLIENT_FAULTS}", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=size.duration + PATIENCE)
    if not done.stdout:
        print(done.stderr[-MOST_TOLD:], file=sys.stderr)
        return {}
    return dict(json.loads(done.stdout))


def happened(documents: list[tuple[House, dict[str, Any]]]) -> dict[str, Counter[str]]:
    """Return for each house how often each kind of fault came."""
    kinds: dict[str, Counter[str]] = {}
    for house, document in documents:
        kinds.setdefault(house.name, Counter()).update(fault["kind"] for fault in document.get("faults", ()))
    return kinds


def summary(documents: list[tuple[House, dict[str, Any]]]) -> dict[str, Any]:
    """Return the sums over all rehearsals, and of each house how often each fault happened."""
    told = [document for _, document in documents if document]
    kinds = happened(documents)
    saves = ("sent", "resent", "acked", "lost", "duplicated", "wrongly_refused", "wrongly_taken")
    return {
        "rehearsals": len(documents),
        "unsound": sum(not (document and is_sound(document)) for _, document in documents),
        "faults": {name: dict(sorted(counted.items())) for name, counted in kinds.items()},
        "never_came": [f"{house.name}: {kind}" for house in HOUSES for kind in house.drills if not kinds.get(house.name, Counter())[kind]],
        "faults_total": sum(counted.total() for counted in kinds.values()),
        **{name: sum(document["saves"][name] for document in told) for name in saves},
        **{name: sum(document["journals"][name] for document in told) for name in ("broken_chains", "vanished_aside")},
        "submitted": sum(document["submitted"] for document in told),
        "candidates": sum(document["candidates"] for document in told),
        "reconnects": sum(document["reconnects"] for document in told),
        "longest_unsafe_s": max((document["saves"]["longest_unsafe_s"] for document in told), default=None),
    }


def main() -> int:
    """Storm until enough faults have happened or the time is over; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.rehearsal.storm")
    parser.add_argument("--faults", type=int, default=1000, help="how many faults at least")
    parser.add_argument("--minutes", type=float, default=240.0, help="begin no rehearsal after so many minutes")
    parser.add_argument("--candidates", type=int, default=15)
    parser.add_argument("--duration", type=float, default=90.0, help="seconds of one rehearsal")
    parser.add_argument("--fault-every", type=float, default=1.0)
    parser.add_argument("--folder", type=Path, default=Path("var/storm"), help="where unsound rehearsals leave their data and logs")
    given = parser.parse_args()
    size = Round(given.candidates, given.duration, given.fault_every)
    until = time.monotonic() + given.minutes * 60
    documents: list[tuple[House, dict[str, Any]]] = []
    while time.monotonic() < until and (not documents or summary(documents)["faults_total"] < given.faults):
        house = HOUSES[len(documents) % len(HOUSES)]
        folder = given.folder / str(len(documents) + 1)
        document = rehearse(house, size, folder)
        documents.append((house, document))
        so_far = summary(documents)
        sound = "sound" if document and is_sound(document) else f"UNSOUND: {document}"
        print(f"{house.name}: {sound}, {so_far['faults_total']} faults so far, {so_far['lost']} lost", file=sys.stderr, flush=True)
        if sound == "sound":
            shutil.rmtree(folder)
        elif not any(told for _, told in documents[-2:]):
            break  # twice running there was no rehearsal at all: nothing is found out this way
    told = summary(documents)
    print(json.dumps(told, indent=2))
    return 1 if told["unsound"] or told["never_came"] else 0


if __name__ == "__main__":
    sys.exit(main())
