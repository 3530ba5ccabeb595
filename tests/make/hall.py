"""The scaled deployment on this machine: web services under gunicorn behind nginx, a worker beside them; as compose.yaml has it."""

import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from bench.processes import DEPLOY, free_port, write_nginx_conf
from tests.make.server import Deployment

SHIPPED = str(DEPLOY / "gunicorn.py"), "web.wsgi:app"
READY_WITHIN = 180.0  # real seconds


class Hall:
    """Web services of one process each, one worker, and nginx, on one PostgreSQL and one Redis.

    `urls` are the services' own addresses, `url` is that of nginx.
    """

    def __init__(self, database_url: str, redis_url: str, folder: Path, services: int = 2, **settings: Any) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._ports = [free_port() for _ in range(services)]
        shared = {"redis_url": redis_url, "embedded_worker": False, "trusted_proxies": 1, **settings}
        self.urls = [f"http://127.0.0.1:{port}" for port in self._ports]
        self.deployments = [Deployment(database_url, folder, host="127.0.0.1", port=port, **shared) for port in self._ports]
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> "Hall":
        """Start everything and wait until nginx finds a service that is ready."""
        gunicorn = Path(sys.executable).with_name("gunicorn")
        for deployment in self.deployments:
            conf, entry = ("python:tests.make.altered_gunicorn", "tests.make.altered_wsgi:app") if deployment.altered else SHIPPED
            self._spawn([str(gunicorn), "-c", conf, entry], deployment)
        self._spawn([*self.deployments[0].program, "worker"], self.deployments[0])
        nginx_conf = write_nginx_conf(self.folder, self.port, self._ports)
        self._spawn(["nginx", "-c", str(nginx_conf), "-g", "daemon off;", "-p", str(self.folder)], self.deployments[0])
        for port in [*self._ports, self.port]:
            self._wait_for(f"http://127.0.0.1:{port}/readyz")
        return self

    def stop(self) -> None:
        """Stop everything."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
        for process in self._processes:
            process.wait(timeout=120)
        self._processes.clear()

    def _spawn(self, command: list[str], deployment: Deployment) -> None:
        with (self.folder / "hall.log").open("a") as log:
            self._processes.append(subprocess.Popen(command, env=deployment.environment, stdout=log, stderr=log))

    def _wait_for(self, url: str) -> None:
        until = time.monotonic() + READY_WITHIN
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(url, timeout=10):
                    return
            except OSError:
                time.sleep(0.1)  # real processes start in real time
        raise AssertionError(f"{url} is not ready: {(self.folder / 'hall.log').read_text()}")
