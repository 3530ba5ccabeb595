"""The processes that stay: the embedded server and the worker.  Imported after gevent has patched the standard library."""

import gc
import os
import resource
import signal
import time
from threading import Event, Thread

import gevent
import structlog
from flask import Flask
from gevent.pywsgi import WSGIServer
from sqlalchemy.exc import OperationalError

from core.clock import now
from core.migrations.running import find_revision, newest
from core.settings import Settings
from core.unit import Database
from web import sockets, wiring
from web.app import create_app
from web.errors import NOT_MIGRATED, PORT_TAKEN
from web.house import house_of
from web.logs import write_logs
from web.output import show
from web.worker import Worker

BACKLOG = 4096  # a whole hall connects in the same second
GRACE = 2.0  # seconds that requests under way are given at the end
DATABASE_WITHIN = 30.0  # seconds in which the database must answer at the start
ASK_AGAIN = 0.5  # seconds

log = structlog.get_logger()


def serve_forever(host: str | None, port: int | None, as_json: bool) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        ExamError: `web.not_migrated`, `web.port_taken`.
    """
    settings = _settings(host, port)
    check_migrated(settings)
    app = create_app(settings)
    prepare_process()
    server = WSGIServer((settings.host, settings.port), app, backlog=BACKLOG, log=None)
    try:
        server.start()
    except OSError as error:
        raise PORT_TAKEN(host=settings.host, port=settings.port, detail=error.strerror) from error
    stop = _stop_on_signals()
    worker = start_embedded_worker(settings, app, stop)
    url = f"http://{settings.host}:{server.server_port}"
    show(as_json, {"url": url, "pid": os.getpid()}, [f"考场 / Kaochang: {url}"])
    stop.wait()
    sockets.hang_up(app)
    server.stop(timeout=GRACE)
    if worker:
        worker.join(GRACE)
    house_of(app).close()


def work_forever(*, once: bool, as_json: bool) -> None:
    """Do the background work until SIGINT or SIGTERM, or only what is due.

    Raises:
        ExamError: `web.not_migrated`.
    """
    settings = _settings(None, None)
    check_migrated(settings)
    database = Database(settings.resolved_database_url(), wiring.LISTENERS, settings.database_pool)
    sockets.push_from_afar(settings)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    worker = Worker(database, now, wiring.handlers(settings), wiring.jobs(settings), settings.data_dir / "worker-alive")
    if once:
        done = worker.finish()
        show(as_json, {"done": done}, [f"{done}"])
    else:
        worker.run(_stop_on_signals())
    database.engine.dispose()


def check_migrated(settings: Settings) -> None:
    """Refuse a database whose tables are of another version; one that is just starting, as after a power cut, is waited for.

    Raises:
        ExamError: `web.not_migrated`.
        OperationalError: the database does not answer.
    """
    database = Database(settings.resolved_database_url(), pool_size=1)
    until = time.monotonic() + DATABASE_WITHIN
    while True:
        try:
            found = find_revision(database.engine)
            break
        except OperationalError as error:
            if time.monotonic() > until:
                raise
            log.warning("waiting for the database", error=str(error.orig))
            time.sleep(ASK_AGAIN)
    database.engine.dispose()
    if found != newest():
        raise NOT_MIGRATED(found=found or "-", needed=newest())


def prepare_process() -> None:
    """Let one process hold a hall: as many files as allowed, and a collector that does not walk every connection all the time.

    Full collections over tens of thousands of live connections cost seconds of silence; what is there at the start never dies, so it is
    taken out of their sight, old generations are let grow, and the young one is kept small enough for a pause of milliseconds.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 10, 1000)


def _settings(host: str | None, port: int | None) -> Settings:
    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=given)
    write_logs(settings.log_level)
    return settings


def _stop_on_signals() -> Event:
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        gevent.signal_handler(number, stop.set)
    return stop


def start_embedded_worker(settings: Settings, app: Flask, stop: Event | None = None) -> Thread | None:
    """Start the background work inside this process, unless the deployment gives it a process of its own."""
    if not settings.embedded_worker:
        return None
    house = house_of(app)
    worker = Worker(house.database, house.desk.clock, wiring.handlers(settings), wiring.jobs(settings))
    thread = Thread(target=worker.run, args=(stop or Event(),), name="worker", daemon=True)
    thread.start()
    return thread
