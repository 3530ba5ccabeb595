"""Pictures inside an item, as `data:` addresses: a sealed paper then holds all that it shows, and nothing is fetched beside it.

Every picture is decoded and written anew by Pillow, so that nothing is left of the file but what is seen: a JPEG as baseline JPEG with the
tables of quantisation that it came with, everything else without loss as PNG.  A picture that is written so already comes out as the same
bytes: a PNG because the same pixels give the same file, a JPEG because it is told by its head and left alone, however often it passes.
"""

import binascii
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, JpegImagePlugin, UnidentifiedImageError

from core.errors import ExamError
from itembank.kinds.errors import IMAGE_KIND, IMAGE_LARGE, IMAGE_WRONG

MOST_BYTES = 500_000  # of a picture as it is kept
MOST_READ = 5_000_000  # bytes of a file that a picture is read from
MOST_SIDE = 4000  # pixels
MOST_PIXELS = 12_000_000  # of the whole picture: what decoding takes is bounded by it
MOST_IN_ITEM = 30  # pictures of one item
MOST_BYTES_IN_ITEM = 2_000_000  # of all pictures of one item

_LARGEST = f"{MOST_SIDE} × {MOST_PIXELS // MOST_SIDE}"
_READ = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
_PNG_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"})
_SCAN = re.compile(rb"(?:[^\xff]++|\xff\x00)*+\xff\xd9")
_SCAN_BEGINS = b"\xff\xda"
_HEAD = re.compile(r"data:image/[a-z0-9.+-]{1,20};base64")


@dataclass(frozen=True)
class Picture:
    """A picture: its size in pixels, its kind (`png` or `jpeg`), and its bytes with nothing in them but the picture."""

    width: int
    height: int
    kind: str
    data: bytes

    @property
    def address(self) -> str:
        """The picture as a `data:` address."""
        return f"data:image/{self.kind};base64,{b64encode(self.data).decode()}"


@lru_cache(maxsize=64)
def read_picture(address: str) -> Picture:
    """Read a picture from its `data:` address.

    Raises:
        ExamError: as `from_bytes`.
    """
    head, comma, body = address.partition(",")
    if not comma or not _HEAD.fullmatch(head):
        raise IMAGE_KIND(kind=head[:80])
    try:
        data = b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise IMAGE_WRONG(detail="base64") from None
    return from_bytes(data)


def from_bytes(data: bytes) -> Picture:
    """Read a picture from the bytes of a file, by which its kind is told.

    Raises:
        ExamError: `itembank.image_kind` of what is no still picture, `itembank.image_large`, `itembank.image_wrong` of a damaged one.
    """
    _check_most(len(data), MOST_READ)
    try:
        with Image.open(BytesIO(data), formats=_READ) as opened:
            picture = _from_image(opened, data)
    except ExamError:
        raise
    except UnidentifiedImageError:
        raise IMAGE_KIND(kind=_called(data)) from None
    except Image.DecompressionBombError:
        raise IMAGE_LARGE(found=f"> {Image.MAX_IMAGE_PIXELS}", most=_LARGEST) from None
    except Exception as error:  # a decoder says in many ways that a file is damaged
        raise IMAGE_WRONG(detail=str(error)[:80] or type(error).__name__) from error
    _check_most(len(picture.data), MOST_BYTES)
    return picture


def _from_image(image: Image.Image, data: bytes) -> Picture:
    width, height = image.size
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise IMAGE_LARGE(found=f"{width} × {height}", most=_LARGEST)
    if not isinstance(image, JpegImagePlugin.JpegImageFile):
        if getattr(image, "is_animated", False):
            raise IMAGE_KIND(kind=f"{image.format}, {getattr(image, 'n_frames', 2)} frames")
        return _as_png(image)
    image.load()
    return Picture(width, height, "jpeg", data) if _is_ours(image, data) else _as_jpeg(image)


def _as_png(image: Image.Image) -> Picture:
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    kept = image if image.mode in _PNG_MODES else image.convert("RGBA" if image.has_transparency_data else "RGB")
    kept.info = {name: value for name, value in image.info.items() if name == "transparency" and kept is image}
    written = BytesIO()
    kept.save(written, "PNG")
    return Picture(*kept.size, "png", written.getvalue())


def _as_jpeg(image: JpegImagePlugin.JpegImageFile) -> Picture:
    tables = _tables(image)
    ImageOps.exif_transpose(image, in_place=True)
    kept = image if image.mode in {"L", "RGB"} else image.convert("RGB")
    return Picture(*kept.size, "jpeg", _written(kept, tables))


def _is_ours(image: JpegImagePlugin.JpegImageFile, data: bytes) -> bool:
    """Say whether a JPEG is what `_as_jpeg` writes: the head of an empty picture of this size with these tables, and one scan."""
    if image.mode not in {"L", "RGB"}:
        return False
    empty = _written(Image.new(image.mode, image.size), _tables(image))
    scan = empty.rindex(_SCAN_BEGINS) + len(_SCAN_BEGINS)
    head = empty[: scan + int.from_bytes(empty[scan : scan + 2])]
    return data.startswith(head) and _SCAN.fullmatch(data, len(head)) is not None


def _tables(image: JpegImagePlugin.JpegImageFile) -> dict[str, Any]:
    tables = image.quantization
    return {"qtables": [tables[n] for n in sorted(tables)], "subsampling": JpegImagePlugin.get_sampling(image)}


def _written(image: Image.Image, tables: dict[str, Any]) -> bytes:
    image.info = {}
    written = BytesIO()
    image.save(written, "JPEG", **tables)
    return written.getvalue()


def _check_most(found: int, most: int) -> None:
    if found > most:
        raise IMAGE_LARGE(found=f"{-(-found // 1000)} kB", most=f"{most // 1000} kB")


def _called(data: bytes) -> str:
    """Return what a file that is no picture seems to be."""
    return "SVG" if b"<svg" in data[:2000].lower() else data[:4].decode("ascii", "replace").strip()
