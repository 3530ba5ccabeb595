"""Pictures inside an item, as `data:` addresses: a sealed paper then holds all that it shows, and nothing is fetched beside it.

Only PNG and JPEG, of a bounded size; what does not belong to the picture (comments, camera data, what stands behind its end) is taken out.
Sources: the PNG specification, chapter 5; ITU-T T.81, annex B, for the markers of a JPEG.
"""

import binascii
import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache

from itembank.kinds.errors import IMAGE_WRONG

MOST_BYTES = 400_000
MOST_PIXELS = 4000  # of a side
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_JPEG_START = b"\xff\xd8"
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})  # baseline, extended and progressive
_SCAN, _END = 0xDA, 0xD9
_DROPPED = frozenset({*range(0xE1, 0xF0), 0xFE})  # all but the first application segment, and comments


@dataclass(frozen=True)
class Picture:
    """A picture: its size in pixels, and its address with nothing in it but the picture."""

    width: int
    height: int
    address: str


@lru_cache(maxsize=64)
def read_picture(address: str) -> Picture:
    """Read a picture from its `data:` address.

    Raises:
        ExamError: `itembank.image_wrong`.
    """
    head, comma, body = address.partition(",")
    if not comma or head not in {"data:image/png;base64", "data:image/jpeg;base64"}:
        raise IMAGE_WRONG(detail="data:image/png, data:image/jpeg")
    try:
        data = b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise IMAGE_WRONG(detail="base64") from None
    return from_bytes(data)


def from_bytes(data: bytes) -> Picture:
    """Read a picture from the bytes of its file.

    Raises:
        ExamError: `itembank.image_wrong`.
    """
    if len(data) > MOST_BYTES:
        raise IMAGE_WRONG(detail=f"> {MOST_BYTES // 1000} kB")
    try:
        if data.startswith(_PNG):
            width, height, bare, kind = *_png(data), "png"
        elif data.startswith(_JPEG_START):
            width, height, bare, kind = *_jpeg(data), "jpeg"
        else:
            raise IMAGE_WRONG(detail="PNG, JPEG")
    except (struct.error, IndexError):
        raise IMAGE_WRONG(detail=f"{len(data)} B") from None
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise IMAGE_WRONG(detail=f"{width} x {height}")
    return Picture(width, height, f"data:image/{kind};base64,{b64encode(bare).decode()}")


def _png(data: bytes) -> tuple[int, int, bytes]:
    at, kept, size = len(_PNG), [_PNG], (0, 0)
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or binascii.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise IMAGE_WRONG(detail=name.decode("ascii", "replace"))
        if name == b"IHDR":
            size = struct.unpack_from(">II", chunk, 8)
        if name in _PNG_KEPT:
            kept.append(chunk)
        at += len(chunk)
        if name == b"IEND":
            return *size, b"".join(kept)


def _jpeg(data: bytes) -> tuple[int, int, bytes]:
    at, kept, size = 2, [_JPEG_START], (0, 0)
    while True:
        sign, marker, length = struct.unpack_from(">BBH", data, at)
        segment = data[at : at + 2 + length]
        if sign != 0xFF or length < 2 or len(segment) < 2 + length:
            raise IMAGE_WRONG(detail=f"JPEG {at}")
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            size = width, height
        if marker == _SCAN:
            end = data.rindex(b"\xff\xd9") if b"\xff\xd9" in data[at:] else 0
            if not end:
                raise IMAGE_WRONG(detail="JPEG")
            return *size, b"".join([*kept, data[at : end + 2]])
        if marker not in _DROPPED:
            kept.append(segment)
        at += len(segment)
