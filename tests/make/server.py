"""A real server in a process of its own: the embedded one, or a worker beside it; started, killed, started again."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from tests.make.alterations import TOLD_TIME
from tests.make.house import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
KAOCHANG = [sys.executable, "-m", "web"]
ALTERED = [sys.executable, "-m", "tests.make.altered"]
READY_WITHIN = 180.0  # real seconds


class Deployment:
    """The command line on one database and data folder; `altered` names functions of `tests.make.alterations`."""

    def __init__(self, database_url: str, folder: Path, *, altered: tuple[str, ...] = (), **settings: Any) -> None:
        self.folder = folder
        self.altered = altered
        given = {"database_url": database_url, "data_dir": folder, "secret_key": "tests", "rate_limits": False, **settings}
        self.environment = {**os.environ, **{f"KAOCHANG_{name.upper()}": str(value) for name, value in given.items()}}
        if altered:
            self.environment |= {"TESTS_ALTERED": ",".join(altered), "PYTHONPATH": str(ROOT), TOLD_TIME: str(folder / "told-time")}

    @property
    def program(self) -> list[str]:
        """The program and its first arguments."""
        return ALTERED if self.altered else KAOCHANG

    def run(self, *arguments: str, patience: float = 300) -> tuple[int, Any]:
        """Run one command with `--json`, for so many real seconds at the most; return its exit code and its document."""
        command = [*self.program, *arguments, "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False, timeout=patience)
        assert done.stdout, done.stderr
        return done.returncode, json.loads(done.stdout)

    def add_account(self, login: str, *roles: str, name: str | None = None) -> str:
        """Open an account with the password of all tests; return its id."""
        told = [option for role in roles for option in ("--role", role)]
        code, document = self.run("accounts", "add", login, "--name", name or login, "--password", PASSWORD, *told)
        assert code == 0, document
        return str(document["account"])


class Server:
    """One running `kaochang serve`; a second start is on the same port and the same data."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.url = ""
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self._process
        return self._process.pid

    def start(self) -> "Server":
        """Start, and wait until it serves."""
        port = self.url.rsplit(":", 1)[-1] if self.url else "0"
        log = (self.deployment.folder / "server.log").open("a")
        command = [*self.deployment.program, "serve", "--port", port, "--json"]
        self._process = subprocess.Popen(command, env=self.deployment.environment, stdout=subprocess.PIPE, stderr=log, text=True)
        log.close()
        assert self._process.stdout
        line = self._process.stdout.readline()
        assert line, (self.deployment.folder / "server.log").read_text()
        self.url = json.loads(line)["url"]
        _wait_until_ready(self.url)
        return self

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; return its exit code."""
        return self._end(signal.SIGINT)

    def _end(self, number: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(number)
        code = process.wait(timeout=120)
        if process.stdout:
            process.stdout.close()
        return code


def _wait_until_ready(url: str) -> None:
    until = time.monotonic() + READY_WITHIN
    while True:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=10):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)  # a real process starts in real time
