"""WebSocket frames against wsproto: what one writes the other reads, however the network cuts it."""

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, TextMessage

from web.frames import BrokenError, Close, Kind, Message, Reader, accept_key, frame

MOST = 100_000
SIZES = st.one_of(st.integers(0, 500), st.sampled_from([125, 126, 65_535, 65_536]))


@dataclass(frozen=True)
class Spoken:
    """A message that a client sends: a word again and again, in fragments, perhaps with a ping after each of them."""

    word: str
    size: int
    as_text: bool
    cuts: tuple[int, ...]
    ping: bytes | None

    def write(self, client: Connection) -> tuple[bytes, list[Message]]:
        """Return what the client writes, and the messages that it means."""
        text = self.word * (self.size // len(self.word.encode()))
        data: str | bytes = text if self.as_text else text.encode()
        whole = Message(Kind.TEXT if self.as_text else Kind.BINARY, data)
        written, meant = b"", []
        edges = [0, *sorted(cut % (len(data) + 1) for cut in self.cuts), len(data)]
        for number, (start, end) in enumerate(pairwise(edges)):
            last = number == len(self.cuts)
            written += client.send(_event(data[start:end], last=last))
            meant += [whole] if last else []
            if self.ping is not None:
                written += client.send(Ping(self.ping))
                meant.append(Message(Kind.PING, self.ping))
        return written, meant


def _event(piece: str | bytes, *, last: bool) -> Event:
    return TextMessage(piece, message_finished=last) if isinstance(piece, str) else BytesMessage(piece, message_finished=last)


SPOKEN = st.builds(
    Spoken,
    word=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5),
    size=SIZES,
    as_text=st.booleans(),
    cuts=st.lists(st.integers(0, 70_000), max_size=3).map(tuple),
    ping=st.none() | st.binary(max_size=125),
)


@settings(max_examples=150)
@given(st.lists(SPOKEN, min_size=1, max_size=5), st.lists(st.integers(0, 2**20), max_size=8), st.integers(0, 60))
def test_what_a_client_writes_is_read_however_it_is_cut(talk: list[Spoken], cuts: list[int], dribbled: int) -> None:
    client, written, meant = Connection(ConnectionType.CLIENT), b"", []
    for spoken in talk:
        bytes_, messages = spoken.write(client)
        written += bytes_
        meant += messages
    edges = sorted([0, *range(min(dribbled, len(written))), *(cut % (len(written) + 1) for cut in cuts), len(written)])
    reader = Reader(MOST)
    assert [message for start, end in pairwise(edges) for message in reader.feed(written[start:end])] == meant


@given(st.sampled_from([Kind.TEXT, Kind.BINARY]), SIZES)
def test_what_the_server_writes_a_client_reads(kind: Kind, size: int) -> None:
    data = b"a" * size
    client = Connection(ConnectionType.CLIENT)
    client.receive_data(frame(kind, data))
    events = list(client.events())
    assert b"".join(e.data.encode() if isinstance(e.data, str) else e.data for e in events) == data  # type: ignore[union-attr]
    assert events[-1].message_finished  # type: ignore[union-attr]


def masked(head: int, payload: bytes = b"", size: int | None = None) -> bytes:
    """Write a client's frame with any first byte; the mask is zero, so that the payload stays as it is."""
    return bytes((head, 0x80 | (len(payload) if size is None else size))) + bytes(4) + payload


BROKEN = {
    "not masked": (b"\x81\x01a", Close.PROTOCOL),
    "a reserved bit": (masked(0xC1, b"a"), Close.PROTOCOL),
    "no such kind": (masked(0x83, b"a"), Close.PROTOCOL),
    "a ping in fragments": (masked(0x09, b"a"), Close.PROTOCOL),
    "a ping too long": (bytes((0x89, 0xFE)) + (126).to_bytes(2, "big") + bytes(4) + bytes(126), Close.PROTOCOL),
    "goes on with nothing": (masked(0x80, b"a"), Close.PROTOCOL),
    "begins inside another": (masked(0x01, b"a") + masked(0x81, b"b"), Close.PROTOCOL),
    "not UTF-8": (masked(0x81, b"\xff"), Close.NOT_TEXT),
    "not UTF-8 together": (masked(0x01, "答".encode()[:2]) + masked(0x80, b"a"), Close.NOT_TEXT),
    "too big, told before it comes": (bytes((0x82, 0xFF)) + (MOST + 1).to_bytes(8, "big"), Close.TOO_BIG),
    "too big together": (masked(0x02, bytes(100)) + masked(0x00, bytes(100)) * (MOST // 100), Close.TOO_BIG),
}


@pytest.mark.parametrize(("written", "code"), BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_protocol_is_refused(written: bytes, code: Close) -> None:
    with pytest.raises(BrokenError) as caught:
        Reader(MOST).feed(written)
    assert caught.value.code is code


@given(st.binary(max_size=200))
def test_noise_is_messages_or_a_refusal(noise: bytes) -> None:
    try:
        messages = Reader(MOST).feed(noise)
    except BrokenError:
        return
    assert all(isinstance(message, Message) for message in messages)


def test_a_character_may_be_cut_between_fragments() -> None:
    data = "答".encode()
    assert Reader(MOST).feed(masked(0x01, data[:1]) + masked(0x80, data[1:])) == [Message(Kind.TEXT, "答")]


def test_a_close_is_read_with_its_code() -> None:
    written = Connection(ConnectionType.CLIENT).send(CloseConnection(1001, "going"))
    assert Reader(MOST).feed(written) == [Message(Kind.CLOSE, b"\x03\xe9going")]


def test_the_key_is_accepted_as_the_standard_says() -> None:
    assert accept_key("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, section 1.3
