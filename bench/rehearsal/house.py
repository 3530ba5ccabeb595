"""The engine under rehearsal, as processes of its own: started, killed, started again on the same data.

Either the embedded house (one server, SQLite unless told otherwise, a worker inside or beside it), or the scaled one of `compose.yaml`: web
services under gunicorn behind nginx, a worker, a private PostgreSQL and a private Redis.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from bench.processes import DEPLOY, HOST, PostgresServer, RedisServer, find_binaries, free_port, nginx_is_here, write_nginx_conf

START_WAIT = 120.0  # seconds until a service must answer
END_WAIT = 15.0  # seconds until one that was asked to end must have ended
REDIS_GONE = (2.0, 6.0)  # seconds that Redis stays away, drawn at random
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Program:
    """One program in a process group of its own, so that what it starts ends with it."""

    def __init__(self, command: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._command = command
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self.cpu_s = 0.0
        self.rss_mb = 0.0

    def start(self) -> None:
        """Start it, again after it was killed."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True)

    def check_alive(self) -> None:
        """Raise RuntimeError when it has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"{self._command[0]} ended with {self._process.returncode}: {self._log.read_text('utf-8')[-2000:]}")

    def kill(self) -> int:
        """End it and all that it started with SIGKILL, as a power cut would; return its process id."""
        assert self._process is not None
        self._measure()
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        return self._process.pid

    def stop(self) -> None:
        """Ask it to end, and wait for it; kill it when it does not."""
        if self._process is None or self._process.poll() is not None:
            return
        self._measure()
        self._process.terminate()
        try:
            self._process.wait(END_WAIT)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _measure(self) -> None:
        """Add the processor seconds of this life, and keep the largest resident memory, over all processes of the group."""
        assert self._process is not None
        cpu = rss = 0.0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text("ascii", errors="replace").rsplit(")", 1)[1].split()
            except OSError:
                continue
            if int(fields[2]) == self._process.pid:
                cpu += (int(fields[11]) + int(fields[12])) / _TICKS
                rss += int(fields[21]) * _PAGE / 1e6
        self.cpu_s += cpu
        self.rss_mb = max(self.rss_mb, rss)


class OwnHouse:
    """The processes of one rehearsal; `url` is what candidates use, `database_url` where its data are, `redis` is there when it is scaled.

    `services` is 0 for the embedded house, else the number of web services.
    """

    def __init__(self, folder: Path, database_url: str, services: int, *, worker_apart: bool) -> None:
        self._folder = folder
        self._ports = [free_port() for _ in range(max(1, services))]
        self._postgres = self._start_postgres() if services and not database_url else None
        self.database_url = self._postgres.create("rehearsal") if self._postgres else database_url
        self.redis = RedisServer(folder) if services else None
        settings = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis.url if self.redis else "",
            "EMBEDDED_WORKER": str(not (services or worker_apart)),
            "RATE_LIMITS": "false",
            "LOG_LEVEL": "WARNING",
            "HOST": HOST,
            "TRUSTED_PROXIES": "1" if services else "0",
        }
        shared = {f"KAOCHANG_{name}": value for name, value in settings.items()}
        serve = _gunicorn() if services else [*_kaochang(), "serve"]
        self._services = [
            Program(serve, {**shared, "KAOCHANG_PORT": str(port)}, folder / f"service-{n}.log") for n, port in enumerate(self._ports, 1)
        ]
        self._worker = Program([*_kaochang(), "worker"], shared, folder / "worker.log") if services or worker_apart else None
        self._one_at_a_time = asyncio.Lock()  # nobody kills a service that is being replaced
        self._nginx: Program | None = None
        self.url = f"http://{HOST}:{self._ports[0]}"
        if services:
            port = free_port()
            conf = write_nginx_conf(folder, port, self._ports)
            self._nginx = Program(["nginx", "-c", str(conf), "-g", "daemon off;", "-p", str(folder)], {}, folder / "nginx.log")
            self.url = f"http://{HOST}:{port}"

    @staticmethod
    def missing(services: int) -> list[str]:
        """Return the programs that such a house needs and that are not installed."""
        here = {"PostgreSQL": find_binaries() is not None, "Redis": RedisServer.is_here(), "nginx": nginx_is_here()}
        return [name for name, is_here in here.items() if services and not is_here]

    async def start(self) -> None:
        """Start everything and wait until it answers.

        Raises:
            RuntimeError: when something ends or stays silent.
        """
        if self.redis:
            await asyncio.to_thread(self.redis.start)
        for program in self._programs():
            program.start()
        for service, port in zip(self._services, self._ports, strict=True):
            await _until_ready(service, f"http://{HOST}:{port}")
        if self._nginx:
            await _until_ready(self._nginx, self.url)

    def stop(self) -> None:
        """End every process of the house but PostgreSQL, whose data are still wanted."""
        for program in reversed(self._programs()):
            program.stop()
        if self.redis:
            self.redis.stop()

    def remove(self) -> None:
        """End what is left."""
        self.stop()
        if self._postgres:
            self._postgres.stop()
            self._postgres = None

    async def fail(self, kind: str, chance: random.Random) -> dict[str, Any]:
        """Cause one fault of processes and mend it; return what there is to say about it."""
        if kind == "kill-server":
            n = chance.randrange(len(self._services))
            async with self._one_at_a_time:
                pid = self.kill_service(n)
                await self.start_service(n)
            return {"pid": pid, "service": n + 1}
        if kind == "kill-worker":
            assert self._worker
            pid = self._worker.kill()
            self._worker.start()
            return {"pid": pid}
        if kind == "stop-redis":
            assert self.redis
            await asyncio.to_thread(self.redis.stop)
            await asyncio.sleep(chance.uniform(*REDIS_GONE))
            await asyncio.to_thread(self.redis.start)
            return {}
        if kind == "roll-servers":
            for n in range(len(self._services)):
                await self._replace(n)
            return {}
        assert kind == "restart-postgres"
        assert self._postgres
        await asyncio.to_thread(self._postgres.restart)
        return {}

    def kill_service(self, n: int) -> int:
        """End one service with SIGKILL; return its process id."""
        return self._services[n].kill()

    async def start_service(self, n: int) -> None:
        """Start one service again, and wait until it answers."""
        self._services[n].start()
        await _until_ready(self._services[n], f"http://{HOST}:{self._ports[n]}")

    async def _replace(self, n: int) -> None:
        """End one service as an update does, and start it again."""
        async with self._one_at_a_time:
            await asyncio.to_thread(self._services[n].stop)
            await self.start_service(n)

    def figures(self) -> dict[str, Any]:
        """Return the resident memory in MB and the processor seconds over all lives of all services, and of the worker."""
        told = {"services": len(self._services), **_sum(self._services)}
        return {**told, "worker": _sum([self._worker])} if self._worker else told

    def _programs(self) -> list[Program]:
        return [*self._services, *(program for program in (self._worker, self._nginx) if program)]

    @staticmethod
    def _start_postgres() -> PostgresServer:
        binaries = find_binaries()
        assert binaries
        server = PostgresServer(binaries)
        server.start()
        return server


def _sum(programs: Sequence[Program]) -> dict[str, float]:
    return {"rss_mb": round(sum(p.rss_mb for p in programs), 1), "cpu_s": round(sum(p.cpu_s for p in programs), 2)}


def _kaochang() -> list[str]:
    return [sys.executable, "-m", "web"]


def _gunicorn() -> list[str]:
    return [str(Path(sys.executable).with_name("gunicorn")), "-c", str(DEPLOY / "gunicorn.py"), "web.wsgi:app"]


async def _until_ready(program: Program, url: str) -> None:
    deadline = time.monotonic() + START_WAIT
    async with aiohttp.ClientSession() as http:
        while time.monotonic() < deadline:
            program.check_alive()
            try:
                async with http.get(f"{url}/readyz", timeout=aiohttp.ClientTimeout(total=5)) as reply:
                    if reply.status == 200:
                        return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")
