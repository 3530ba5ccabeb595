"""What a house stands on, as private processes of this machine: PostgreSQL, Redis and the settings of nginx."""

import os
import pwd
import random
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import redis
from psycopg import sql

from core.migrations import running

HOST = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "web" / "deploy"
PORTS = (18_000, 32_000)
REDIS_WITHIN = 60.0  # seconds


def free_port() -> int:
    """Return a TCP port of this machine that nobody listens on.

    It lies below those that the kernel gives to outgoing connections: a server that is killed and started again finds its port free,
    however many clients try to reach it meanwhile.
    """
    while True:
        port = random.SystemRandom().randrange(*PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port


def find_binaries() -> Path | None:
    """Return the folder of PostgreSQL's server programs, the newest version's, or None."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return folders[-1] if folders else None


def need_binaries() -> Path:
    """Return the folder of PostgreSQL's server programs.

    Raises:
        SystemExit: PostgreSQL is not installed.
    """
    binaries = find_binaries()
    if binaries is None:
        raise SystemExit("PostgreSQL is not installed: install the package postgresql")
    return binaries


class PostgresServer:
    """One PostgreSQL cluster, durable as in service (fsync on), in a temporary folder of its own.

    The server refuses to run as root, so root hands it to the account `postgres`.
    """

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        self._folder = Path(tempfile.mkdtemp(prefix="kaochang-pg-"))
        self.port = free_port()
        if self._as_postgres:
            account = pwd.getpwnam("postgres")
            os.chown(self._folder, account.pw_uid, account.pw_gid)

    def start(self) -> None:
        """Make the cluster and start it.

        Raises:
            RuntimeError: PostgreSQL's own words when it cannot.
        """
        self._run("initdb", "-D", self._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        settings = {
            "listen_addresses": HOST,
            "port": self.port,
            "unix_socket_directories": self._folder,
            "max_connections": 200,
            "fsync": "on",
        }
        options = " ".join(f"-c {name}={value}" for name, value in settings.items())
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-l", self._folder / "log", "-o", options, "start")

    def restart(self) -> None:
        """Stop the running cluster without any goodbye, as a crash would, and start it again on the same data."""
        self._run("pg_ctl", "-D", self._data, "-w", "-t", "60", "-m", "immediate", "-l", self._folder / "log", "restart")

    def stop(self) -> None:
        """Stop the cluster and remove its folder."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def url(self, name: str) -> str:
        """Return the SQLAlchemy address of the database `name`."""
        return f"postgresql+psycopg://postgres@{HOST}:{self.port}/{name}"

    def create(self, name: str) -> str:
        """Create the empty database `name`; return its address."""
        with self.connect("postgres") as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def connect(self, name: str) -> psycopg.Connection:
        """Connect to the database `name`, each statement its own transaction."""
        return psycopg.connect(f"host={HOST} port={self.port} user=postgres dbname={name}", autocommit=True)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as_postgres, str(self._binaries / program), *map(str, arguments)]
        # a server started by pg_ctl keeps the output open, so it goes to a file and not to a pipe that would be read to its end
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, check=False, cwd="/")
            output.seek(0)
            if done.returncode:
                raise RuntimeError(f"{program} failed: {output.read()}")


@contextmanager
def migrated(name: str) -> Iterator[str]:
    """Yield the address of a migrated database on a PostgreSQL of its own, which is gone afterwards.

    Raises:
        SystemExit: PostgreSQL is not installed.
    """
    server = PostgresServer(need_binaries())
    server.start()
    try:
        url = server.create(name)
        running.upgrade(url)
        yield url
    finally:
        server.stop()


class RedisServer:
    """One Redis that keeps nothing, on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_here() -> bool:
        """Say whether the program is installed."""
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        """Start and wait until it answers."""
        settings = {"port": self.port, "bind": HOST, "save": "", "appendonly": "no", "dir": self._folder}
        command = ["redis-server", *(word for name, value in settings.items() for word in (f"--{name}", str(value)))]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        until = time.monotonic() + REDIS_WITHIN
        with redis.Redis.from_url(self.url) as client:
            while True:
                try:
                    client.ping()
                except redis.ConnectionError:
                    if time.monotonic() > until:
                        raise
                    time.sleep(0.02)  # a real process starts in real time
                else:
                    return

    def stop(self) -> None:
        """Kill it: it keeps nothing."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def flush(self) -> None:
        """Forget everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()


def nginx_is_here() -> bool:
    """Say whether nginx is installed."""
    return shutil.which("nginx") is not None


def write_nginx_conf(folder: Path, port: int, services: Sequence[int]) -> Path:
    """Write nginx's real settings with this machine's addresses and folders; return the file.

    nginx listens on `port` and hands on to the services on the ports `services`.
    """
    text = (DEPLOY / "nginx.conf").read_text("utf-8")
    for old, new in (
        ("/etc/nginx/kaochang-upstreams.conf", str(folder / "upstreams.conf")),
        ("/srv/kaochang/static/", f"{ROOT / 'static'}/"),
        ("listen [::]:8080 backlog=4096;", ""),
        ("listen 8080 ", f"listen {HOST}:{port} "),
    ):
        if old not in text:
            raise RuntimeError(f"nginx.conf has no {old!r} to put this machine's in the place of")
        text = text.replace(old, new)
    text = re.sub(r"/tmp/nginx", str(folder / "nginx"), text)
    (folder / "upstreams.conf").write_text("".join(f"server {HOST}:{at} max_fails=2 fail_timeout=5s;\n" for at in services))
    conf = folder / "nginx.conf"
    conf.write_text(text, "utf-8")
    return conf
