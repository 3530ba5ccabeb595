"""Sockets: one Socket.IO server under the app, websocket only, with the namespaces of the rooms that speak over it.

The namespaces are registered below Flask-SocketIO, at the python-socketio server: no Flask context is made per message.
"""

from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask_socketio import SocketIO
from socketio import RedisManager

from core.desk import Desk
from core.settings import Settings
from delivery import pushing
from delivery.gates import Gates
from delivery.gateway import NAMESPACE, ExamNamespace, room
from delivery.journal import Journal
from delivery.lateness import SILENCE
from web import packets, pings, socket_json
from web.page_rooms import Here, Shared
from web.wire import Wire

CHANNEL = "kaochang.sockets"
"""Name of the channel on which processes hand each other pushes."""

MAX_MESSAGE = 1_000_000  # bytes of one message: far above the longest answer
PING_EVERY = 10  # seconds
PING_WAIT = int(SILENCE.total_seconds()) - PING_EVERY


def attach(app: Flask, desk: Desk, journal: Journal, gates: Gates) -> ExamNamespace:
    """Put the Socket.IO server in front of the app; return the candidates' namespace."""
    redis_url = desk.settings.redis_url
    sockets = SocketIO(
        app,
        async_mode="gevent",
        transports=["websocket"],
        manage_session=False,
        client_manager=Shared(redis_url, channel=CHANNEL) if redis_url else Here(),
        ping_interval=PING_EVERY,
        ping_timeout=PING_WAIT,
        max_http_buffer_size=MAX_MESSAGE,
        http_compression=False,
        cors_allowed_origins=is_own_page,
        json=socket_json,
    )
    sockets.server.eio._async = {**sockets.server.eio._async, "websocket": Wire}
    packets.read_carefully(sockets.server)
    pings.ask_together(sockets.server, PING_EVERY)
    exam = ExamNamespace(desk.database, desk.clock, journal, gates, desk.settings)
    sockets.server.register_namespace(exam)
    return exam


def is_own_page(origin: str | None, environ: dict[str, str]) -> bool:
    """Say whether the page that connects was served by this house; who ends TLS in front of it does not matter."""
    own = environ.get("HTTP_X_FORWARDED_HOST", environ.get("HTTP_HOST", "")).split(",")[0].strip()
    return bool(own) and urlsplit(origin or "").netloc == own


def push_from_afar(settings: Settings) -> None:
    """Let this process, which holds no sockets, push through those that do; without Redis pages fetch what happened."""
    if not settings.redis_url:
        return
    manager = RedisManager(settings.redis_url, channel=CHANNEL, write_only=True)

    def push(attempt: str, event: str, data: dict[str, Any]) -> None:
        manager.emit(event, data, namespace=NAMESPACE, room=room(attempt))

    pushing.connect(push)


def hang_up(app: Flask) -> None:
    """Say goodbye to every page that is connected."""
    attached: SocketIO = app.extensions["socketio"]
    for page in list(attached.server.eio.sockets.values()):
        page.close(wait=False)  # a page whose line is silent would be waited for without end
    attached.server.shutdown()
