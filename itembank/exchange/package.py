"""Archives from outside, opened with care: capped in entries, size and ratio, and no name that leads elsewhere."""

import lzma
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from pathlib import PurePosixPath

from core.errors import ExamError, Words
from itembank.errors import ARCHIVE_UNSAFE

_MB = 1024 * 1024
MAX_ENTRIES = 20_000
MAX_ENTRY = 64 * _MB  # of one entry, unpacked
MAX_TOTAL = 256 * _MB  # of all entries, unpacked
MAX_RATIO = 200  # unpacked to packed, of entries above 1 MB; honest XML stays far below
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
    yield from Entries(data, suffix).items()


class Entries(Mapping[str, bytes]):
    """The files of an archive whose names end so, in the order of names; each is unpacked when it is asked for, and not kept.

    Raises:
        ExamError: `itembank.archive_unsafe`, when made, and when an entry is larger than it says.
    """

    def __init__(self, data: bytes, suffix: str) -> None:
        self._archive = _open(data)
        found = sorted(_checked(self._archive), key=lambda entry: entry.filename)
        self._entries = {entry.filename: entry for entry in found if entry.filename.lower().endswith(suffix)}

    def __getitem__(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return _read(self._archive, self._entries[name])

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


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
        raise _unsafe("文件不完整或已损坏", "it is incomplete or damaged") from error


def _checked(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise _unsafe(f"其中有 {len(infos)} 个文件，最多 {MAX_ENTRIES} 个", f"it holds {len(infos)} files, more than {MAX_ENTRIES}")
    if sum(info.file_size for info in infos) > MAX_TOTAL:
        raise _unsafe(f"解压后超过 {MAX_TOTAL // _MB} MB", f"unpacked it has more than {MAX_TOTAL // _MB} MB")
    files = [info for info in infos if not info.is_dir()]
    for info in files:
        _check_entry(info)
    return files


def _check_entry(info: zipfile.ZipInfo) -> None:
    path, name = PurePosixPath(info.filename), _shown(info)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in info.filename:
        raise _unsafe(f"文件名 {name} 指向压缩包之外，或含有不允许的符号", f"the name {name} leads out of it, or has a forbidden sign")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise _unsafe(f"{name} 是链接，不是文件", f"{name} is a link, not a file")
    if info.flag_bits & 1:
        raise _unsafe(f"{name} 设有密码", f"{name} is locked by a password")
    if info.file_size > MAX_ENTRY:
        raise _unsafe(f"{name} 解压后超过 {MAX_ENTRY // _MB} MB", f"unpacked {name} has more than {MAX_ENTRY // _MB} MB")
    if info.file_size > _MB and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise _unsafe(
            f"{name} 解压后是压缩时的 {MAX_RATIO} 倍以上，像是压缩炸弹",
            f"unpacked {name} is more than {MAX_RATIO} times as large, as a zip bomb is",
        )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(info) as file:
            data = file.read(info.file_size + 1)
    except _BROKEN as error:
        raise _unsafe(f"{_shown(info)} 已损坏", f"{_shown(info)} is damaged") from error
    if len(data) != info.file_size:
        raise _unsafe(f"{_shown(info)} 的大小与目录所写不符", f"{_shown(info)} is not as large as its entry says")
    return data


def _shown(info: zipfile.ZipInfo) -> str:
    return info.filename.encode("utf-8", "replace").decode()[:80]


def _unsafe(zh: str, en: str) -> ExamError:
    return ARCHIVE_UNSAFE(detail=Words(zh, en))
