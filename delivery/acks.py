"""The one place that reaches into python-socketio: events of a namespace taken where they arrive, and acknowledged later.

python-socketio acknowledges an event with what its handler returns, in a greenlet of its own for each event.  An answer is acknowledged
only after its group's commit, and nobody should wait for that: so the events of the namespace are handed, in the order of their arrival,
to `take` with a `Reply` that sends the acknowledgement whenever it is called.  `welcomed` is called once a client has its namespace.
"""

from collections.abc import Callable
from typing import Any

from socketio import Server, packet


class Reply:
    """The acknowledgement of one event, to be sent once; nothing is sent to a client that asked for none, or is gone."""

    __slots__ = ("_eio_sid", "_id", "_namespace", "_server")

    def __init__(self, server: Server, eio_sid: str, namespace: str, id_: int | None) -> None:
        self._server = server
        self._eio_sid = eio_sid
        self._namespace = namespace
        self._id = id_

    def __call__(self, data: dict[str, Any]) -> None:
        """Send the acknowledgement."""
        if self._id is not None:
            made = self._server.packet_class(packet.ACK, namespace=self._namespace, id=self._id, data=[data], binary=False)
            self._server._send_packet(self._eio_sid, made)


def intercept(
    server: Server,
    namespace: str,
    take: Callable[[str, list[Any], Reply], None],
    welcomed: Callable[[str], None],
) -> None:
    """Hand `take(sid, [name, …], reply)` every event of the namespace, and `welcomed(sid)` every client that was let in."""
    handle_event, handle_connect = server._handle_event, server._handle_connect

    def on_event(eio_sid: str, of: str | None, id_: int | None, data: list[Any]) -> None:
        if of != namespace:
            handle_event(eio_sid, of, id_, data)
            return
        sid = server.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is not None:
            take(sid, data, Reply(server, eio_sid, namespace, id_))

    def on_connect(eio_sid: str, of: str | None, data: Any) -> None:
        handle_connect(eio_sid, of, data)
        if of == namespace:
            sid = server.manager.sid_from_eio_sid(eio_sid, namespace)
            if sid is not None:
                welcomed(sid)

    server._handle_event, server._handle_connect = on_event, on_connect
