"""WebSocket frames as a server reads and writes them (RFC 6455), without extensions.  Pure: bytes in, messages out.

wsproto does the same in ten times the time, which was a third of what a saved answer cost; `tests/laws` holds both to the same outcome.
"""

import base64
from enum import IntEnum
from hashlib import sha1
from typing import NamedTuple

import numpy as np

MOST_CONTROL = 125  # bytes of a control frame's payload
_LONG = 400  # bytes from which numpy unmasks faster than one large integer
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3


class Kind(IntEnum):
    """What a frame is."""

    MORE = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class Close(IntEnum):
    """Why a connection ends (RFC 6455, section 7.4.1)."""

    NORMAL = 1000
    PROTOCOL = 1002
    NOT_TEXT = 1007
    TOO_BIG = 1009


class BrokenError(Exception):
    """The other side broke the protocol; `code` is to be told in the close frame."""

    def __init__(self, code: Close) -> None:
        super().__init__(code.name)
        self.code = code


class Message(NamedTuple):
    """A whole message, or a control frame; `data` is a text for TEXT only."""

    kind: Kind
    data: str | bytes


class Reader:
    """Puts messages together from what arrives, however it was cut; a message has at most `most` bytes."""

    __slots__ = ("_begun", "_held", "_kind", "_most")

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = bytearray()  # the beginning of a frame
        self._kind = Kind.MORE  # of the message under way, MORE while there is none
        self._begun = bytearray()  # its fragments so far

    def feed(self, data: bytes) -> list[Message]:
        """Take what arrived; return the messages that are whole now.

        Raises:
            BrokenError: what arrived is no WebSocket, or too big.
        """
        arrived: bytes | bytearray = data
        if self._held:
            self._held += data
            arrived = self._held
        messages: list[Message] = []
        place = 0
        while True:
            frame = _find_frame(arrived, place, self._most)
            if frame is None:
                break
            head, payload, place = frame
            message = self._take(head, payload)
            if message:
                messages.append(message)
        if arrived is self._held:
            del self._held[:place]
        else:
            self._held += arrived[place:]
        return messages

    def _take(self, head: int, payload: bytes) -> Message | None:
        kind = _KINDS.get(head & 0x7F)  # a reserved bit makes it no kind
        whole = head & 0x80
        if kind is None:
            raise BrokenError(Close.PROTOCOL)
        if kind >= Kind.CLOSE:
            if not whole or len(payload) > MOST_CONTROL:
                raise BrokenError(Close.PROTOCOL)
            return Message(kind, payload)
        if (kind is Kind.MORE) == (self._kind is Kind.MORE):  # goes on with nothing, or begins inside another
            raise BrokenError(Close.PROTOCOL)
        if whole and kind is not Kind.MORE:
            return _message(kind, payload)
        self._begun += payload
        if len(self._begun) > self._most:
            raise BrokenError(Close.TOO_BIG)
        if kind is not Kind.MORE:
            self._kind = kind
        if not whole:
            return None
        message = _message(self._kind, bytes(self._begun))
        self._kind = Kind.MORE
        self._begun.clear()
        return message


_KINDS = {int(kind): kind for kind in Kind}


def _find_frame(data: bytes | bytearray, place: int, most: int) -> tuple[int, bytes, int] | None:
    """Return the first byte, the payload and the end of the frame at `place`; None when it is not all here."""
    start = place + 2
    if len(data) < start:
        return None
    size = data[place + 1] - 0x80
    if size < 0:  # a client masks every frame
        raise BrokenError(Close.PROTOCOL)
    if size > MOST_CONTROL:
        wide = 2 if size == 126 else 8
        if len(data) < start + wide:
            return None
        size = int.from_bytes(data[start : start + wide], "big")
        start += wide
    if size > most:
        raise BrokenError(Close.TOO_BIG)
    body = start + 4
    end = body + size
    if len(data) < end:
        return None
    return data[place], _unmask(data[start:body], data[body:end]), end


def _unmask(mask: bytes | bytearray, data: bytes | bytearray) -> bytes:
    size = len(data)
    repeated = (mask * (size // 4 + 1))[:size]
    if size < _LONG:
        return (int.from_bytes(data, "little") ^ int.from_bytes(repeated, "little")).to_bytes(size, "little")
    return (np.frombuffer(data, np.uint8) ^ np.frombuffer(repeated, np.uint8)).tobytes()


def _message(kind: Kind, data: bytes) -> Message:
    if kind is not Kind.TEXT:
        return Message(kind, data)
    try:
        return Message(kind, data.decode())
    except UnicodeDecodeError as error:
        raise BrokenError(Close.NOT_TEXT) from error


def frame(kind: Kind, data: bytes) -> bytes:
    """Return one whole, unmasked frame."""
    size = len(data)
    if size <= MOST_CONTROL:
        return bytes((0x80 | kind, size)) + data
    if size < 0x10000:
        return bytes((0x80 | kind, 126)) + size.to_bytes(2, "big") + data
    return bytes((0x80 | kind, 127)) + size.to_bytes(8, "big") + data


def accept_key(key: str) -> str:
    """Return what a server answers to the `Sec-WebSocket-Key` of a client."""
    return base64.b64encode(sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()).decode()
