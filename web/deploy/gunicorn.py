"""gunicorn's settings: `gunicorn -c web/deploy/gunicorn.py web.wsgi:app`."""

import gc
import os
from typing import Any

from gevent import monkey

monkey.patch_all()  # in the master, which loads the house before it forks
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in `web.cli`: analyses share the machine with exams

bind = f"{os.environ.get('KAOCHANG_HOST', '0.0.0.0')}:{os.environ.get('KAOCHANG_PORT', '8000')}"  # noqa: S104 - a container's own network
worker_class = "gevent"
workers = 1  # one process holds its own sockets: more workers are more services, never more processes behind one port
worker_connections = 20_000
backlog = 4096
timeout = 60
graceful_timeout = 5
keepalive = 75
accesslog = None
control_socket_disable = True  # nobody asks it, and services under one account would fight for its place

TOLD_TO_END_EVERY = 0.2  # seconds between two looks


def on_starting(_server: object) -> None:
    """Load the house before the port is taken, which takes seconds: nginx would hand requests to a service that cannot answer yet."""
    gc.disable()  # until `prepare_process`: what is loaded stays, looking through it costs a sixth of the start
    import web.serving  # noqa: F401 - loading is all


def post_worker_init(worker: Any) -> None:
    """Let the pages go elsewhere as soon as the service is told to end; gunicorn by itself would leave them to the last second."""
    import gevent

    from web.sockets import hang_up

    def say_goodbye() -> None:
        while worker.alive:
            gevent.sleep(TOLD_TO_END_EVERY)
        hang_up(worker.wsgi)

    gevent.spawn(say_goodbye)
