"""One server under measure: a process on a core of its own, with what the kernel knows of it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.processes import HOST, free_port

START_WAIT = 60.0  # seconds until it must listen
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE_KB = os.sysconf("SC_PAGE_SIZE") / 1024


@dataclass(frozen=True)
class Used:
    """What a process has used so far: seconds of a core, and seconds that it stood ready but others had its core."""

    cpu_s: float
    kept_waiting_s: float

    def since(self, before: "Used") -> "Used":
        """Return the difference."""
        return Used(self.cpu_s - before.cpu_s, self.kept_waiting_s - before.kept_waiting_s)


class Served:
    """A running server."""

    def __init__(self, module: str, arguments: list[str], environment: Mapping[str, str], folder: Path, core: int) -> None:
        """Start `python -m module … PORT` and wait until it listens; the port also stands in KAOCHANG_PORT.

        Raises:
            RuntimeError: when it ends first, or does not listen in time.
        """
        port = free_port()
        self.url = f"http://{HOST}:{port}"
        self._log = folder / f"server-{port}.log"
        told = {**os.environ, **environment, "KAOCHANG_PORT": str(port)}
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", module, *(str(port) if word == "PORT" else word for word in arguments)]
            self._process = subprocess.Popen(command, env=told, stdout=log, stderr=log)
        os.sched_setaffinity(self._process.pid, {core})
        self._wait_until_it_listens(port)

    def rss_kb(self) -> float:
        """Return the resident memory in kB."""
        return int(self._stat()[21]) * _PAGE_KB

    def used(self) -> Used:
        """Return what it has used since its start."""
        fields = self._stat()
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        waited = sum(int((task / "schedstat").read_text("ascii").split()[1]) for task in tasks)
        return Used((int(fields[11]) + int(fields[12])) / _TICKS, waited / 1e9)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _stat(self) -> list[str]:
        return Path(f"/proc/{self._process.pid}/stat").read_text("ascii").rsplit(")", 1)[1].split()

    def _wait_until_it_listens(self, port: int) -> None:
        until = time.monotonic() + START_WAIT
        while True:
            try:
                socket.create_connection((HOST, port), 1).close()
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    self._process.kill()
                    raise RuntimeError(f"the server does not listen: {self._log.read_text('utf-8')[-2000:]}") from error
                time.sleep(0.1)
            else:
                return
