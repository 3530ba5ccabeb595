"""A rehearsal against a server that a test disturbs: the real command in a process of its own, and the load that it makes."""

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from sqlalchemy import text

from core.unit import Database
from tests.make.server import KAOCHANG, Deployment

PATIENCE = 600  # real seconds


LONG = 3600.0  # seconds of answering that no test waits for: it ends the answering when it has seen enough


class Rehearsal:
    """`kaochang rehearse` against an address, on the deployment's database."""

    def __init__(self, deployment: Deployment, url: str, candidates: int, pace: float, duration: float = LONG, faults: str = "") -> None:
        self.candidates = candidates
        self._log = deployment.folder / "rehearsal.log"
        figures = {"candidates": candidates, "url": url, "pace": pace, "duration": duration, "faults": faults, "fault-every": 1}
        options = [part for name, value in figures.items() for part in (f"--{name}", str(value))]
        with self._log.open("w") as log:
            command = [*KAOCHANG, "rehearse", *options, "--json"]
            self._process = subprocess.Popen(command, env=deployment.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        self._database = Database(str(deployment.environment["KAOCHANG_DATABASE_URL"]), pool_size=1)

    def wait_for_load(self, answers: int, within: float = PATIENCE) -> bool:
        """Wait until so many more answers are in the journal; say whether they came, and before the rehearsal was over."""
        wanted = self._count() + answers
        until = time.monotonic() + within
        while self._count() < wanted:
            if self._process.poll() is not None or time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def hand_in(self) -> dict[str, Any]:
        """Let everybody hand in now; return the document."""
        self._process.send_signal(signal.SIGINT)
        return self.end()

    def end(self) -> dict[str, Any]:
        """Wait for the end; return the document."""
        try:
            output, _ = self._process.communicate(timeout=PATIENCE)
            assert output, Path(self._log).read_text("utf-8")
            return dict(json.loads(output))
        finally:
            self._process.kill()
            self._process.wait()
            self._database.engine.dispose()

    def _count(self) -> int:
        with self._database.reading() as session:
            return int(session.execute(text("SELECT count(*) FROM journal")).scalar_one())
