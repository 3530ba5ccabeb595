"""The packets of Socket.IO, read with care: what no page of ours sends ends the connection, and is no accident of ours."""

from typing import Any

import structlog
from socketio import Server
from socketio.packet import ACK, CONNECT, DISCONNECT, EVENT, Packet

_FROM_PAGES = frozenset({CONNECT, DISCONNECT, EVENT, ACK})  # binary ones would wait for attachments; the messages have none
_WITH_LIST = frozenset({EVENT, ACK})

log = structlog.get_logger()


class MalformedError(Exception):
    """What arrived is no packet of a page."""


class CarefulPacket(Packet):  # type: ignore[misc]  # python-socketio has no types
    """A packet that is whole, or refused."""

    def decode(self, encoded_packet: Any) -> int:
        """Read a packet; none has attachments.

        Raises:
            MalformedError: it is none, or of a kind that no page sends.
        """
        if not isinstance(encoded_packet, str):
            raise MalformedError("binary")
        try:
            attachments = super().decode(encoded_packet)
        except (ValueError, RecursionError) as error:
            raise MalformedError(str(error)[:200]) from error
        listed = isinstance(self.data, list) and self.data
        if attachments or self.packet_type not in _FROM_PAGES or (self.packet_type in _WITH_LIST and not listed):
            raise MalformedError(f"packet of kind {self.packet_type}")
        return 0


def read_carefully(server: Server) -> None:
    """Let the server hang up on whoever sends what is no packet."""
    handle = server._handle_eio_message

    def take(eio_sid: str, data: Any) -> None:
        try:
            handle(eio_sid, data or "?")  # of an empty text python-socketio would make a packet that has no data
        except MalformedError as error:
            log.info("page sent what socket.io does not know", error=str(error))
            server.eio.disconnect(eio_sid)

    server.packet_class = CarefulPacket
    server.eio.on("message", take)
