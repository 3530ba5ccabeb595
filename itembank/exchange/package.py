"""Archives from outside, opened with care: capped in entries, size and ratio, and no name that leads elsewhere."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import PurePosixPath

from itembank.errors import ARCHIVE_UNSAFE

MAX_ENTRIES = 20_000
MAX_ENTRY = 64 * 1024 * 1024  # bytes of one entry, unpacked
MAX_TOTAL = 256 * 1024 * 1024  # bytes of all entries, unpacked
MAX_RATIO = 200  # unpacked to packed; honest XML stays far below
_SMALL = 1024 * 1024  # bytes below which no ratio is looked at
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, RuntimeError, ValueError)


def is_zip(data: bytes) -> bool:
    """Say whether the bytes begin as a zip archive does."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def check(data: bytes) -> list[str]:
    """Look at an archive without unpacking it; return the names of its files.

    Raises:
        ExamError: `itembank.archive_unsafe`.
    """
    return [entry.filename for entry in _checked(_open(data))]


def entries(data: bytes, suffix: str) -> Iterator[tuple[str, bytes]]:
    """Yield (name, bytes) of each file whose name ends so, in the order of names.

    Raises:
        ExamError: `itembank.archive_unsafe`, also when an entry is larger than it says.
    """
    archive = _open(data)
    for entry in sorted(_checked(archive), key=lambda entry: entry.filename):
        if entry.filename.lower().endswith(suffix):
            yield entry.filename, _read(archive, entry)


def reader(data: bytes) -> Callable[[str], bytes | None]:
    """Return what reads a file of an archive by its name, or None where there is no such file.

    Raises:
        ExamError: `itembank.archive_unsafe`; so does the reader, when an entry is larger than it says.
    """
    archive = _open(data)
    entries = {entry.filename: entry for entry in _checked(archive)}
    return lambda name: _read(archive, entries[name]) if name in entries else None


def _open(data: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(BytesIO(data))
    except _BROKEN as error:
        raise ARCHIVE_UNSAFE(detail=str(error)) from error


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise ARCHIVE_UNSAFE(detail=f"{len(infos)} > {MAX_ENTRIES} entries")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise ARCHIVE_UNSAFE(detail=f"> {MAX_TOTAL} bytes")
    files = [info for info in infos if not info.is_dir()]
    for info in files:
        _check_entry(info)
    return files


def _check_entry(info: zipfile.ZipInfo) -> None:
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
        raise ARCHIVE_UNSAFE(detail=f"path {info.filename!r:.80}")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ARCHIVE_UNSAFE(detail=f"link {info.filename!r:.80}")
    if info.flag_bits & 1:
        raise ARCHIVE_UNSAFE(detail=f"encrypted {info.filename!r:.80}")
    if info.file_size > MAX_ENTRY or (info.file_size > _SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1)):
        raise ARCHIVE_UNSAFE(detail=f"size {info.filename!r:.80}")


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except _BROKEN as error:
        raise ARCHIVE_UNSAFE(detail=f"{info.filename!r:.80}: {error}") from error
    if len(data) != info.file_size:
        raise ARCHIVE_UNSAFE(detail=f"size {info.filename!r:.80}")
    return data
