"""`make bench`, `python -m bench [--only ROW …]`: measure, print each figure as a ratio against its bound, and write them down.

The server under measure has one core, the load generator and the databases another, all on this machine.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core is measured; numpy reads this when it is imported first, which is below

from bench import assembly, bank, marking, report, statistics, takeover
from bench.delivery import pace, saves, soak, workers
from bench.place import Options, Place
from bench.processes import PostgresServer, RedisServer, need_binaries
from bench.start import start
from core.clock import now

DOCS = Path(__file__).resolve().parents[1] / "docs" / "bench.md"
Measure = Callable[[Place, Options], Coroutine[Any, Any, list[dict[str, Any]]]]
SOCKETS: dict[str, Measure] = {"saves": saves, "pace": pace, "start": start, "soak": soak, "workers": workers}
NUMBERS = {"takeover": takeover.rows, "statistics": statistics.rows, "assembly": assembly.rows, "bank": bank.rows, "marking": marking.rows}


def main(arguments: list[str]) -> int:
    """Run the benches asked for; return 1 when a ratio is not reached."""
    asked = _parser().parse_args(arguments)
    defaults = Options()
    options = Options(
        candidates=asked.candidates or defaults.candidates,
        waiting=asked.waiting or defaults.waiting,
        soak=asked.soak or defaults.soak,
    )
    names = asked.only or [*SOCKETS, *NUMBERS]
    rows: list[dict[str, Any]] = []
    for name in names:
        print(f"-- {name}", flush=True)
        if name in NUMBERS:
            measured = NUMBERS[name]()
        else:
            with _place() as place:
                measured = asyncio.run(SOCKETS[name](place, options))
        print(*report.lines(measured), sep="\n", flush=True)
        rows += measured
    print(f"-- {report.machine()}\n-- written to {report.write_json(rows, asked.out, now())}")
    if asked.docs:
        report.write_docs(rows, DOCS, now())
    return int(any(report.is_met(row) is False for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=[*SOCKETS, *NUMBERS], help="these groups of rows only")
    parser.add_argument("--candidates", type=int, help="connected candidates of `pace`; 10,000 by default")
    parser.add_argument("--waiting", type=int, help="candidates who wait for `start`; 5,000 by default")
    parser.add_argument("--soak", type=float, help="seconds of the soak; 60 by default, 600 for the whole one")
    parser.add_argument("--out", type=Path, default=Path("var/bench"), help="folder of the figures as JSON")
    parser.add_argument("--docs", action="store_true", help="put the rows into docs/bench.md as well")
    return parser


@contextmanager
def _place() -> Iterator[Place]:
    """Give the generator, and the databases that it starts, the last core; servers get the first."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    binaries = need_binaries()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    with tempfile.TemporaryDirectory(prefix="kaochang-bench-") as name:
        folder = Path(name)
        postgres, redis = PostgresServer(binaries), RedisServer(folder)
        postgres.start()
        redis.start()
        try:
            yield Place(folder, postgres, redis, cores[0], cores[min(1, len(cores) - 1)], apart=len(cores) > 2)
        finally:
            redis.stop()
            postgres.stop()
            os.sched_setaffinity(0, cores)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
