"""The bare servers that durable saves are measured against: the handler gives back what it got, as the acknowledgement.

`python -m bench.echo flask|python PORT` serves Flask-SocketIO, or python-socketio alone, as their users would under gevent, on the web
server and with the collector of the house.
"""

from gevent import monkey

monkey.patch_all()  # before anything makes a lock or a socket

import sys  # noqa: E402 - after the patch
from typing import Any  # noqa: E402

from flask import Flask  # noqa: E402
from flask_socketio import SocketIO  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402
from socketio import Server, WSGIApp  # noqa: E402

from web.serving import BACKLOG, prepare_process  # noqa: E402
from web.sockets import PING_EVERY, PING_WAIT  # noqa: E402

SETTINGS = {"async_mode": "gevent", "transports": ["websocket"], "ping_interval": PING_EVERY, "ping_timeout": PING_WAIT}
EVENT = "answer.put"


def flask_socketio() -> Any:
    """Return the echo of Flask-SocketIO."""
    app = Flask(__name__)
    SocketIO(app, **SETTINGS).on_event(EVENT, lambda payload: payload)
    return app


def python_socketio() -> Any:
    """Return the echo of python-socketio alone."""
    server = Server(**SETTINGS)
    server.on(EVENT, lambda _sid, payload: payload)
    return WSGIApp(server)


KINDS = {"flask": flask_socketio, "python": python_socketio}


def main(kind: str, port: int) -> None:
    """Serve until killed."""
    app = KINDS[kind]()
    prepare_process()
    WSGIServer(("127.0.0.1", port), app, backlog=BACKLOG, log=None).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
